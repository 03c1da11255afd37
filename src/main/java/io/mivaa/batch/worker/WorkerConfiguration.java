package io.mivaa.batch.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Lifeline;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.results.embeddings.EmbeddingCache;
import io.mivaa.batch.results.store.Results;
import io.mivaa.batch.secrets.Secrets;
import io.mivaa.batch.worker.attempt.GroupCommit;
import io.mivaa.batch.worker.attempt.Outcomes;
import io.mivaa.batch.worker.attempt.Processing;
import io.mivaa.batch.worker.attempt.RetryPolicy;
import io.mivaa.batch.worker.attempt.Workbench;
import io.mivaa.batch.worker.attempt.WorkerMetrics;
import io.mivaa.batch.worker.provider.ProviderGates;
import io.mivaa.batch.worker.provider.ProviderHealth;
import io.mivaa.batch.worker.provider.SteadyClock;
import io.mivaa.batch.worker.settings.WorkerSettings;
import io.mivaa.batch.worker.watch.Abandoned;
import io.mivaa.batch.worker.watch.Heartbeat;
import io.mivaa.batch.worker.watch.MemoryGuard;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires the workers, where this instance has any. */
@Configuration
@ConditionalOnBooleanProperty(name = "mivaa.worker.enabled", matchIfMissing = true)
class WorkerConfiguration {

    /** Thread-safe, unlike most generators. */
    private final RandomGenerator random = new Random();

    @Bean
    ProviderGates providerGates(
            Pipeline pipeline,
            ObjectProvider<EmbeddingCache> caches,
            WorkerSettings settings,
            Clock clock,
            MeterRegistry meters) {
        EmbeddingCache cache = caches.getIfAvailable();
        return new ProviderGates(
                pipeline,
                embedder -> cache == null ? embedder : cache.around(embedder),
                settings.breaker(),
                new SteadyClock(clock),
                random,
                meters);
    }

    @Bean("embeddingHealthIndicator")
    ProviderHealth providerHealth(ProviderGates providers) {
        return new ProviderHealth(providers);
    }

    @Bean
    Processing processing(
            Contents contents, Secrets secrets, SpoolDirectory spool, ProviderGates providers, Results results) {
        return new Processing(contents, spool, secrets, providers, results);
    }

    @Bean
    Outcomes outcomes(Results results, Successes successes, PlatformTransactionManager transactions) {
        return new Outcomes(results, successes, new TransactionTemplate(transactions));
    }

    @Bean
    WorkerMetrics workerMetrics(MeterRegistry meters, WorkerSettings settings) {
        return new WorkerMetrics(meters, settings.concurrency());
    }

    @Bean
    Workbench workbench(
            Processing processing,
            Outcomes outcomes,
            Settling settling,
            WorkerSettings settings,
            WorkerMetrics metrics) {
        return new Workbench(
                processing,
                outcomes,
                new GroupCommit(outcomes, committer()),
                settling,
                new RetryPolicy(settings, random),
                settings.timeLimit(),
                metrics,
                new CountDownLatch(1));
    }

    @Bean
    Workers workerThreads(WorkerSettings settings, Workbench bench, Abandoned abandoned) {
        return new Workers(settings.concurrency(), bench, abandoned);
    }

    /** A daemon thread: when the process ends, uncommitted jobs belong to another instance. */
    private static Executor committer() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "committer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A statement may take half of the lease, so that after one that hangs there is time for another. */
    @Bean
    Lifeline lifeline(DataSource service, WorkerSettings settings) {
        return new Lifeline(service, settings.lease().dividedBy(2));
    }

    @Bean
    Heartbeat heartbeat(Lifeline lifeline, WorkerSettings settings) {
        return new Heartbeat(lifeline.instances(), lifeline.claims(), InstanceId.create(), settings);
    }

    @Bean
    Claimer claimer(Claims claims, Settling settling, Heartbeat heartbeat, Workers workers) {
        return new Claimer(claims, settling, heartbeat.instance(), workers);
    }

    @Bean
    Pass pass(HintSource hints, Claimer claimer, Workers workers, Heartbeat heartbeat, MemoryGuard memory) {
        return new Pass(hints, claimer, workers, heartbeat, memory);
    }

    @Bean
    MemoryGuard memoryGuard(WorkerSettings settings, MeterRegistry meters) {
        return MemoryGuard.ofThisProcess(settings.memoryHighWater(), meters);
    }

    @Bean
    Dispatcher dispatcher(
            WorkerSettings settings, HintSource hints, Pass pass, Workers workers, WorkerMetrics metrics) {
        return new Dispatcher(settings, hints, pass, workers, random, metrics.dispatchersRebuilt());
    }

    @Bean
    WorkerPool workerPool(
            WorkerSettings settings, Heartbeat heartbeat, Claimer claimer, Workers workers, Dispatcher dispatcher) {
        return new WorkerPool(settings, heartbeat, claimer, workers, dispatcher);
    }
}
