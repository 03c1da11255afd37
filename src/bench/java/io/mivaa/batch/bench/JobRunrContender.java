package io.mivaa.batch.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/**
 * JobRunr with its PostgreSQL storage. It polls every five seconds, the least that it allows, but also asks for work
 * whenever workers are free.
 */
public final class JobRunrContender implements Contender {

    private static final LongAdder done = new LongAdder();

    private final Server server;
    private final PostgresStorageProvider storage;
    private final JobScheduler scheduler;
    private final BackgroundJobServer workers;

    JobRunrContender(Server server, int threads, DataSource pool) {
        this.server = server;
        var json = new Jackson3JsonMapper();
        storage = new PostgresStorageProvider(pool);
        storage.setJobMapper(new JobMapper(json));
        scheduler = new JobScheduler(storage);
        workers = new BackgroundJobServer(
                storage,
                json,
                null,
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andPollInterval(Duration.ofSeconds(5))
                        .andWorkerCount(threads));
        done.reset();
    }

    /** The job. Public, as JobRunr calls it by its name. */
    public static void nothing(int number) {
        done.increment();
    }

    @Override
    public void store(int jobs) {
        scheduler.enqueue(IntStream.range(0, jobs).boxed(), number -> nothing(number));
    }

    @Override
    public void start() {
        workers.start();
    }

    @Override
    public void awaitDone(int jobs) throws InterruptedException, SQLException {
        while (done.sum() < jobs || server.number("select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'") > 0) {
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        workers.stop();
        storage.close();
    }
}
