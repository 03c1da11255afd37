package io.mivaa.batch.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.Contents;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Instances;
import io.mivaa.batch.job.SpoolDirectory;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.results.Results;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
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
    ProviderGates providerGates(Pipeline pipeline, WorkerSettings settings, Clock clock, MeterRegistry meters) {
        return new ProviderGates(pipeline, settings.breaker(), clock, random, meters);
    }

    @Bean("embeddingHealthIndicator")
    ProviderHealth providerHealth(ProviderGates providers) {
        return new ProviderHealth(providers);
    }

    @Bean
    Workbench workbench(
            Claims claims,
            Contents contents,
            SpoolDirectory spool,
            ProviderGates providers,
            Results results,
            PlatformTransactionManager transactions,
            WorkerSettings settings,
            MeterRegistry meters) {
        return new Workbench(
                claims,
                contents,
                spool,
                providers,
                results,
                new TransactionTemplate(transactions),
                new RetryPolicy(settings, random),
                new WorkerMetrics(meters, settings.concurrency()),
                settings.jobTimeout(),
                new CountDownLatch(1));
    }

    @Bean
    WorkerPool workerPool(
            WorkerSettings settings,
            JobQueue queue,
            Workbench bench,
            Instances instances,
            Claims claims,
            MeterRegistry meters) {
        InstanceId instance = InstanceId.create();
        return new WorkerPool(
                settings,
                queue,
                bench,
                new Heartbeat(instances, claims, instance, settings),
                MemoryGuard.ofThisProcess(settings.memoryHighWater(), meters),
                instance,
                random);
    }
}
