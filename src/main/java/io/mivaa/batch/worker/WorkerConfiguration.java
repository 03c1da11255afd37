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
import io.mivaa.batch.results.EmbeddingCache;
import io.mivaa.batch.results.Results;
import io.mivaa.batch.secrets.Secrets;
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

@Configuration
@ConditionalOnBooleanProperty(name = "mivaa.worker.enabled", matchIfMissing = true)
class WorkerConfiguration {

    /** Shared by threads, as only this generator may be. */
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
    Workbench workbench(
            Claims claims,
            Settling settling,
            Successes successes,
            Contents contents,
            Secrets secrets,
            SpoolDirectory spool,
            ProviderGates providers,
            Results results,
            PlatformTransactionManager transactions,
            WorkerSettings settings,
            Abandoned abandoned,
            MeterRegistry meters) {
        return new Workbench(
                claims,
                settling,
                contents,
                secrets,
                spool,
                providers,
                results,
                new GroupCommit(results, successes, new TransactionTemplate(transactions), committer()),
                new RetryPolicy(settings, random),
                new WorkerMetrics(meters, settings.concurrency()),
                settings.timeLimit(),
                abandoned,
                new CountDownLatch(1));
    }

    /** A daemon, because outcomes whose instance has stopped are another's. */
    private static Executor committer() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "committer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Half of the lease for a statement that hangs leaves the other half for one that does not. */
    @Bean
    Lifeline lifeline(DataSource service, WorkerSettings settings) {
        return new Lifeline(service, settings.lease().dividedBy(2));
    }

    @Bean
    WorkerPool workerPool(
            WorkerSettings settings, HintSource hintSource, Workbench bench, Lifeline lifeline, MeterRegistry meters) {
        InstanceId instance = InstanceId.create();
        Heartbeat heartbeat = new Heartbeat(lifeline.instances(), lifeline.claims(), instance, settings);
        return new WorkerPool(
                settings,
                hintSource,
                bench,
                heartbeat,
                MemoryGuard.ofThisProcess(settings.memoryHighWater(), meters),
                instance,
                random);
    }
}
