package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.PoolFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** PostgreSQL's own refusals of statements that another time would have gone well. None is a document's fault. */
class DatabaseTroubleTests extends PoolFixture {

    private final RealServers.Database database = RealServers.migratedDatabase();

    @ParameterizedTest
    @ValueSource(strings = {"lock_timeout", "statement_timeout"})
    void settlesWhenARowIsFreeThatSomebodyHeldForLong(String timeout) throws Exception {
        Stores stores = stores(timeout + " = '400ms'");
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "4");
        CountDownLatch within = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.await(go);
        };
        Accepted batch = accept(stores, queues, 12);
        pool.pool().start();
        Bench.await(within);

        JobId held = batch.queued().get(0);
        try (Connection other = transaction()) {
            execute(other, "select from job where id = '" + held.value() + "' for update");
            go.countDown();
            Bench.soon().until(() -> stores.batch(batch.batch()).counts().succeeded() == 11);
            Awaitility.await()
                    .during(Duration.ofMillis(1_500))
                    .until(() -> stores.job(held).state() == JobState.RUNNING);
            other.rollback();
        }

        awaitAll(stores, batch);
        burntNothing(stores, 12);
        assertThat(outcomes(stores)).as("and the work was kept").containsExactly("SUCCEEDED 12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void bringsAllJobsThroughErrorsOfSerialization(String isolation) {
        Stores stores = stores("default_transaction_isolation = '" + isolation + "'");
        Queues queues = queues(stores, RealServers.redisUri());
        List<Pool> pools = List.of(pool(stores, queues, "concurrency", "4"), pool(stores, queues, "concurrency", "4"));
        Accepted one = accept(stores, queues, 40);
        Accepted other = stores.accept(java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> "another document " + i)
                .toArray(String[]::new));
        long before = number("select xact_rollback from pg_stat_database where datname = current_database()");
        pools.forEach(pool -> pool.pool().start());

        awaitAll(stores, one);
        awaitAll(stores, other);

        burntNothing(stores, 80);
        Bench.soon()
                .until(() -> number("select xact_rollback from pg_stat_database where datname = current_database()")
                        > before);
    }

    /** Somebody holds the batch and wants the job; who settles holds the job and wants the batch. */
    @Test
    void settlesAfterADeadlock() throws Exception {
        Stores stores = stores("deadlock_timeout = '60ms'");
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "1");
        Semaphore gate = new Semaphore(0);
        pool.bench().steps.parsing = (text, file, progress) -> gate.acquireUninterruptibly();
        pool.pool().start();

        int jobs = 0;
        while (deadlocks() == 0 && jobs < 30) {
            Accepted batch = stores.accept("document " + jobs++);
            JobId job = batch.queued().get(0);
            Bench.soon().until(() -> stores.job(job).state() == JobState.RUNNING);
            try (Connection other = transaction()) {
                execute(other, "set local deadlock_timeout = '1h'");
                execute(other, "select from batch where id = '" + batch.batch().value() + "' for update");
                gate.release();
                awaitWaiting();
                execute(other, "select from job where id = '" + job.value() + "' for update");
                other.rollback();
            }
            awaitAll(stores, batch);
        }

        assertThat(deadlocks()).isPositive();
        burntNothing(stores, jobs);
    }

    private Stores stores(String setting) {
        String name = database.jdbcUrl().replaceAll(".*/", "");
        JdbcClient.create(database.dataSource())
                .sql("alter database " + name + " set " + setting)
                .update();
        return new Stores(database.dataSource());
    }

    private static void burntNothing(Stores stores, int jobs) {
        assertThat(outcomes(stores))
                .contains("SUCCEEDED " + jobs)
                .noneMatch(outcome -> outcome.matches("(RETRYING|DEAD|LOST) .*"));
        assertThat(stores.jdbc()
                        .sql("select count(*) from job where attempt <> 1 or crashes > 0")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private long deadlocks() {
        return number("select deadlocks from pg_stat_database where datname = current_database()");
    }

    /** Until somebody waits for a lock; asked over a connection of its own, without a pause. */
    private void awaitWaiting() throws SQLException {
        try (Connection look = database.connect()) {
            JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(look, true));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (jdbc.sql("""
                            select count(*) from pg_stat_activity
                             where datname = current_database() and wait_event_type = 'Lock'
                            """).query(Long.class).single() == 0) {
                assertThat(System.nanoTime()).as("somebody waits").isLessThan(deadline);
            }
        }
    }

    private long number(String sql) {
        try (Connection look = database.connect()) {
            return JdbcClient.create(new SingleConnectionDataSource(look, true))
                    .sql(sql)
                    .query(Long.class)
                    .single();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Past all that was set for the service. */
    private Connection transaction() throws SQLException {
        Connection connection = database.connect();
        execute(connection, "set lock_timeout = 0");
        execute(connection, "set statement_timeout = 0");
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
