package io.mivaa.batch.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** db-scheduler with its fastest way of polling on PostgreSQL; what is done is deleted, as it always does. */
final class DbSchedulerContender implements Contender {

    private final Server server;
    private final LongAdder done = new LongAdder();
    private final OneTimeTask<Void> nothing =
            Tasks.oneTime("nothing").execute((instance, context) -> done.increment());
    private final Scheduler scheduler;

    /** @param upTo how many times the threads' number is fetched at once; fetched again when half of that is left */
    DbSchedulerContender(Server server, int threads, DataSource pool, double upTo) throws SQLException {
        this.server = server;
        server.execute("""
                create table scheduled_tasks (
                    task_name text not null, task_instance text not null, task_data bytea,
                    execution_time timestamptz not null, picked boolean not null, picked_by text,
                    last_success timestamptz, last_failure timestamptz, consecutive_failures int,
                    last_heartbeat timestamptz, version bigint not null, priority smallint,
                    primary key (task_name, task_instance));
                create index execution_time_idx on scheduled_tasks (execution_time);
                create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
                """);
        scheduler = Scheduler.create(pool, nothing)
                .threads(threads)
                .pollUsingLockAndFetch(upTo / 2, upTo)
                .pollingInterval(Duration.ofMillis(10))
                .build();
    }

    @Override
    public void store(int jobs) {
        Instant now = Instant.EPOCH;
        Stream<TaskInstance<?>> all = IntStream.range(0, jobs).mapToObj(n -> nothing.instance(String.valueOf(n)));
        scheduler.scheduleBatch(all, now);
    }

    @Override
    public void start() {
        scheduler.start();
    }

    @Override
    public void awaitDone(int jobs) throws InterruptedException, SQLException {
        while (done.sum() < jobs || server.number("select count(*) from scheduled_tasks") > 0) {
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
