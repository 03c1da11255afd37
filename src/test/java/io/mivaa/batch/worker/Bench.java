package io.mivaa.batch.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.SpoolDirectory;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A workbench on real stores, with a pipeline that the test has in hand. */
final class Bench implements AutoCloseable {

    final Stores stores;
    final SmallPipeline steps = new SmallPipeline();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CountDownLatch stopping = new CountDownLatch(1);
    final Path spool;
    final WorkerSettings settings;
    final Workbench workbench;

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    /** @param settings name and value, in turn */
    Bench(Stores stores, String... settings) {
        this.stores = stores;
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
        this.workbench = new Workbench(
                stores.claims(),
                stores.contents(),
                context.getBean(SpoolDirectory.class),
                new ProviderGates(steps.pipeline(), this.settings.breaker(), Clock.systemUTC(), new Random(9), meters),
                stores.results(),
                stores.transactions(),
                new RetryPolicy(this.settings, new Random(7)),
                new WorkerMetrics(meters, this.settings.concurrency()),
                this.settings.jobTimeout(),
                stopping);
    }

    static WorkerSettings settings(String... settings) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("mivaa.worker." + settings[i], settings[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mivaa.worker", WorkerSettings.class);
    }

    /** A new attempt at the job, for a new instance. */
    Attempt attempt(JobId job) {
        return new Attempt(stores.claim(job), workbench);
    }

    void run(JobId job) {
        attempt(job).run();
    }

    /** The job is due at once. */
    void promote() {
        stores.jdbc()
                .sql("update job set run_after = now() where state = 'RETRYING'")
                .update();
        stores.backlog().promoteDue(500);
    }

    double attempts(String outcome, String failureClass) {
        Counter counter = meters.find("mivaa.attempts")
                .tag("outcome", outcome)
                .tag("class", failureClass)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    double busy() {
        return meters.get("mivaa.workers.busy").gauge().value();
    }

    long results() {
        return stores.jdbc()
                .sql("select count(*) from result")
                .query(Long.class)
                .single();
    }

    /** Waits while another thread works on it. */
    static org.awaitility.core.ConditionFactory soon() {
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
