package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.secrets.TestSecrets;
import io.mivaa.batch.testkit.SmallPipeline;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.provider.ProviderGates;
import io.mivaa.batch.worker.settings.WorkerSettings;
import io.mivaa.batch.worker.watch.Abandoned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.transaction.support.TransactionOperations;

/** A workbench on real stores, with a pipeline that the test has in hand. */
public final class Bench implements AutoCloseable {

    public final Stores stores;
    public final SmallPipeline steps = new SmallPipeline();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CountDownLatch stopping;
    final Path spool;
    public final WorkerSettings settings;
    public final Abandoned abandoned;
    public final SpoolDirectory spoolDirectory;
    public final ProviderGates providers;
    public final Workbench workbench;

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    /** @param settings name and value, in turn */
    public Bench(Stores stores, String... settings) {
        this(stores, new CountDownLatch(1), Runnable::run, settings);
    }

    /** @param committer whose thread commits successes; otherwise it is the thread of the attempt */
    public Bench(Stores stores, Executor committer, String... settings) {
        this(stores, new CountDownLatch(1), committer, settings);
    }

    /** @param stopping what an attempt waits on between two tries to settle */
    public Bench(Stores stores, CountDownLatch stopping, String... settings) {
        this(stores, stopping, Runnable::run, settings);
    }

    private Bench(Stores stores, CountDownLatch stopping, Executor committer, String... settings) {
        this.stores = stores;
        this.stopping = stopping;
        this.settings = settings(settings);
        try {
            this.spool = Files.createTempDirectory("mivaa-test-spool-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("mivaa.spool.directory", spool.toString())));
        context.register(SpoolDirectory.class);
        context.refresh();
        this.abandoned = new Abandoned(this.settings, meters);
        this.spoolDirectory = context.getBean(SpoolDirectory.class);
        this.providers =
                new ProviderGates(steps.pipeline(), this.settings.breaker(), Clock.systemUTC(), new Random(9), meters);
        Outcomes outcomes = new Outcomes(stores.results(), stores.successes(), stores.transactions());
        this.workbench = new Workbench(
                new Processing(stores.contents(), spoolDirectory, TestSecrets.secrets(), providers, stores.results()),
                outcomes,
                new GroupCommit(outcomes, committer),
                stores.settling(),
                new RetryPolicy(this.settings, new Random(7)),
                this.settings.timeLimit(),
                new WorkerMetrics(meters, this.settings.concurrency()),
                stopping);
    }

    public static WorkerSettings settings(String... settings) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("mivaa.worker." + settings[i], settings[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mivaa.worker", WorkerSettings.class);
    }

    /** A new attempt at the job, for a new instance. */
    public Attempt attempt(JobId job) {
        return attempt(stores.claim(job), workbench);
    }

    /** The same, with transactions that a test has in hand. */
    Attempt attempt(JobId job, TransactionOperations transactions) {
        return attempt(stores.claim(job), with(transactions, Runnable::run));
    }

    /** One that does everything on its thread. */
    public static Attempt attempt(Claim claim, Workbench workbench) {
        return new Attempt(claim, workbench, Runnable::run, attempt -> {});
    }

    /** The same workbench with transactions that a test has in hand. */
    Workbench with(TransactionOperations transactions, Executor committer) {
        Outcomes outcomes = new Outcomes(stores.results(), stores.successes(), transactions);
        return new Workbench(
                workbench.processing(),
                outcomes,
                new GroupCommit(outcomes, committer),
                workbench.settling(),
                workbench.retries(),
                workbench.timeLimit(),
                workbench.metrics(),
                workbench.stopping());
    }

    public void run(JobId job) {
        attempt(job).run();
    }

    /** The job is due at once. */
    public void promote() {
        stores.jdbc()
                .sql("update job set run_after = now() where state = 'RETRYING'")
                .update();
        stores.promotion().promoteDue(500);
    }

    public double attempts(String outcome, String failureClass) {
        Counter counter = meters.find("mivaa.attempts")
                .tag("outcome", outcome)
                .tag("class", failureClass)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    public double fenced(String by) {
        Counter counter = meters.find("mivaa.commits.fenced").tag("by", by).counter();
        return counter == null ? 0 : counter.count();
    }

    public double busy() {
        return meters.get("mivaa.workers.busy").gauge().value();
    }

    long results() {
        return stores.jdbc()
                .sql("select count(*) from result")
                .query(Long.class)
                .single();
    }

    /** Class, code and sentence of what went wrong with the job. */
    public String error(JobId job) {
        Failure failure = stores.job(job).error();
        return failure == null ? "" : failure.failureClass() + " " + failure.code() + ": " + failure.message();
    }

    JobAttempt only(JobId job) {
        List<JobAttempt> attempts = stores.jobs().attempts(Stores.WORKSPACE, job);
        assertThat(attempts).hasSize(1);
        return attempts.get(0);
    }

    public static List<String> linesAbout(JobId job, CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains(job.toString()))
                .toList();
    }

    /** Within a step: ends when the latch is open or the thread interrupted. */
    public static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Holds documents in the parser, each on its worker's thread.
     *
     * @param within counts the documents that have arrived
     * @param go lets them all continue
     */
    public record Gate(CountDownLatch within, CountDownLatch go) {

        /** Waits until as many documents as expected are held. */
        public void awaitAll() {
            await(within);
        }

        public void open() {
            go.countDown();
        }
    }

    /** From now on the parser holds documents until the gate opens. An interrupt ends the wait. */
    public Gate holdDocuments(int documents) {
        return hold(documents, Bench::await);
    }

    /** The same, but the parser ignores every interrupt. */
    public Gate holdDocumentsDeafly(int documents) {
        return hold(documents, Bench::deafTo);
    }

    private Gate hold(int documents, Consumer<CountDownLatch> wait) {
        Gate gate = new Gate(new CountDownLatch(documents), new CountDownLatch(1));
        steps.parsing = (text, file, progress) -> {
            gate.within().countDown();
            wait.accept(gate.go());
        };
        return gate;
    }

    /** Within a step: spins until the latch is open, whoever interrupts. */
    public static void deafTo(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            boolean unused = Thread.interrupted();
            Thread.onSpinWait();
        }
    }

    /** Waits while another thread works on it. */
    public static org.awaitility.core.ConditionFactory soon() {
        return org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        context.close();
        try {
            org.springframework.util.FileSystemUtils.deleteRecursively(spool);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
