package io.mivaa.batch.worker;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.bench.Contender;
import io.mivaa.batch.bench.Server;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.SmallPipeline;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import io.mivaa.batch.worker.settings.WorkerSettings;

/**
 * This service: the whole application accepts, and the worker module is started beside it in a context of its own,
 * where the pipeline does nothing. Hints are in a real Redis, results in PostgreSQL.
 */
public final class MivaaContender implements Contender {

    /** How documents differ. */
    public enum Documents {
        /** All bytes are equal: after the first, jobs succeed by reuse. */
        EQUAL,
        /** Each job reads its bytes and stores a result of one chunk. */
        DIFFERENT
    }

    private final Server server;
    private final Documents documents;
    private final int batches;
    private final ConfigurableApplicationContext application;
    private final AnnotationConfigApplicationContext workers = new AnnotationConfigApplicationContext();

    @Configuration(proxyBeanMethods = false)
    @ComponentScan(basePackageClasses = WorkerPool.class)
    @EnableConfigurationProperties(WorkerSettings.class)
    static class WorkerModule {}

    /** @param batches over which the jobs are spread evenly */
    public MivaaContender(Server server, int threads, DataSource pool, Documents documents, int batches) {
        this.server = server;
        this.documents = documents;
        this.batches = batches;
        this.application = new SpringApplicationBuilder(MivaaBatchApplication.class)
                .initializers(context -> ((org.springframework.context.support.GenericApplicationContext) context)
                        .registerBean(DataSource.class, () -> pool))
                .run(
                        "--server.port=0",
                        "--mivaa.worker.enabled=false",
                        "--mivaa.queue.prefix=bench-" + UUID.randomUUID(),
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + server.database().jdbcUrl(),
                        "--spring.data.redis.url=" + RealServers.redisUri());
        workers.setParent(application);
        workers.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "bench", Map.of("mivaa.worker.enabled", "true", "mivaa.worker.concurrency", threads)));
        workers.registerBean(Pipeline.class, () -> new SmallPipeline().pipeline());
        workers.register(WorkerModule.class);
    }

    /** Where the application answers. */
    public String port() {
        return String.valueOf(application.getEnvironment().getProperty("local.server.port"));
    }

    @Override
    public void store(int jobs) throws IOException {
        for (int batch = 0; batch < batches; batch++) {
            int from = jobs * batch / batches;
            List<NewDocument> part = IntStream.range(from, jobs * (batch + 1) / batches)
                    .mapToObj(number -> Stores.document(documents == Documents.EQUAL ? "a note" : "note " + number))
                    .toList();
            Acceptance.Accepted accepted = application
                    .getBean(Acceptance.class)
                    .accept(
                            new NewBatch(Stores.WORKSPACE, "a batch", Priority.NORMAL, Stores.OPTIONS, List.of(), NewBatch.Start.NOW),
                            part);
            application.getBean(JobQueue.class).push(Stores.lane(accepted.batch(), Priority.NORMAL), accepted.queued());
        }
    }

    @Override
    public void start() {
        workers.refresh();
    }

    @Override
    public void awaitDone(int jobs) throws InterruptedException, SQLException {
        while (server.number("select sum(succeeded) from batch") < jobs) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws SQLException {
        workers.close();
        application.close();
        long jobs = server.number("select count(*) from job where state = 'SUCCEEDED' and result_id is not null");
        long results = server.number("select count(*) from result");
        if (documents == Documents.DIFFERENT && results != jobs) {
            throw new IllegalStateException(results + " results of " + jobs + " jobs");
        }
    }
}
