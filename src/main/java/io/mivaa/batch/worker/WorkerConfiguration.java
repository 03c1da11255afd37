package io.mivaa.batch.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.Contents;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Instances;
import io.mivaa.batch.job.SpoolDirectory;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.results.Results;
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
    Workbench workbench(
            Claims claims,
            Contents contents,
            SpoolDirectory spool,
            Pipeline pipeline,
            Results results,
            PlatformTransactionManager transactions,
            WorkerSettings settings,
            MeterRegistry meters) {
        return new Workbench(
                claims,
                contents,
                spool,
                pipeline,
                results,
                new TransactionTemplate(transactions),
                new RetryPolicy(settings, random),
                new WorkerMetrics(meters, settings.concurrency()),
                settings.jobTimeout(),
                new CountDownLatch(1));
    }

    @Bean
    WorkerPool workerPool(
            WorkerSettings settings, HintSource hintSource, Workbench bench, Instances instances, Claims claims) {
        InstanceId instance = InstanceId.create();
        return new WorkerPool(
                settings, hintSource, bench, new Heartbeat(instances, claims, instance, settings), instance, random);
    }
}
