package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What the pool does while PostgreSQL, Redis or its own lease is away. */
class WorkerPoolOutageTests extends PoolFixture {

    @Test
    void goesOnAfterRedisWasAway(@TempDir Path folder) {
        Stores stores = new Stores();
        EmbeddedRedisServer redis = redis(folder);
        Queues queues = queues(stores, redis.uri());
        Pool pool = pool(stores, queues);
        pool.pool().start();
        awaitAll(stores, accept(stores, queues, 5));

        redis.close();
        Accepted batch = stores.accept("during", "the outage");
        Bench.soon().during(Duration.ofSeconds(1)).until(() -> !queues.answers());
        opened.add(redis(folder));

        awaitAll(stores, batch);
    }

    /** The second suspect is offered again and again while the first one runs. */
    @Test
    void asksForWhatItMayNotRunYetInPeaceWhileRedisIsAway(@TempDir Path folder) {
        AtomicInteger connections = new AtomicInteger();
        Stores stores = new Stores(new DelegatingDataSource(RealServers.freshDatabase()) {
            @Override
            public Connection getConnection() throws SQLException {
                connections.incrementAndGet();
                return super.getConnection();
            }
        });
        EmbeddedRedisServer redis = redis(folder);
        Queues queues = queues(stores, redis.uri());
        redis.close();
        Pool pool = pool(stores, queues, "concurrency", "2", "idle-poll", "10ms");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.await(go);
        Accepted batch = stores.accept("suspect", "another suspect");
        stores.jdbc().sql("update job set crashes = 2").update();
        pool.pool().start();

        Bench.soon().until(() -> pool.bench().busy() == 1);
        int before = connections.get();
        long start = System.nanoTime();
        Bench.soon().during(Duration.ofSeconds(1)).until(() -> pool.bench().busy() == 1);
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();

        assertThat(connections.get() - before)
                .as("connections in %d ms", millis)
                .isLessThan((int) (millis / 50 * 10));
        go.countDown();
        awaitAll(stores, batch);
    }

    @Test
    void replacesADispatcherThatHangsAndGivesItsSlotsToTheNext(@TempDir Path folder) throws Exception {
        Stores stores = new Stores();
        EmbeddedRedisServer redis = redis(folder);
        Queues queues = queues(stores, redis.uri());
        Pool pool = pool(stores, queues, "concurrency", "2", "idle-poll", "50ms", "stall-limit", "300ms");
        pool.pool().start();
        awaitAll(stores, accept(stores, queues, 3));

        signal("STOP", redis.pid());
        Accepted batch = stores.accept("one", "two", "three", "four");
        awaitAll(stores, batch);
        signal("CONT", redis.pid());

        assertThat(pool.bench()
                        .meters
                        .get("mivaa.dispatchers.rebuilt")
                        .counter()
                        .count())
                .isPositive();
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.await(go);
        Accepted after = stores.accept("five", "six", "seven", "eight", "nine", "ten");
        Bench.soon().ignoreExceptions().until(() -> {
            queues.queue().push(Stores.lane(after.batch(), Priority.NORMAL), after.queued());
            return true;
        });
        Bench.soon().until(() -> pool.bench().busy() == 2);
        Bench.soon().during(Duration.ofMillis(500)).until(() -> pool.bench().busy() == 2);
        go.countDown();
        awaitAll(stores, after);
        assertThat(pool.pool().stalled()).isFalse();
        assertThat(stores.jdbc()
                        .sql("select count(*) from job where crashes > 0 or attempt <> 1")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    /** Whoever asks for a connection in vain is told so soon. */
    private static Stores impatient(EmbeddedPostgresServer postgres) {
        HikariDataSource connections = (HikariDataSource) migrated(postgres).dataSource();
        connections.setConnectionTimeout(500);
        return new Stores(connections);
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void goesOnAfterPostgresWasRestarted(@TempDir Path folder) {
        EmbeddedPostgresServer postgres = postgres(folder);
        var database = migrated(postgres);
        Stores stores = new Stores(database.dataSource());
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2");
        Bench.Gate gate = pool.bench().holdDocuments(2);
        Accepted batch = accept(stores, queues, 20);
        pool.pool().start();
        gate.awaitAll();

        ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
        gate.open();

        awaitAll(stores, batch);
        assertThat(outcomes(stores)).contains("SUCCEEDED 20").doesNotContain("LOST");
    }

    @Test
    void startsThoughPostgresIsAwayAtTheMoment(@TempDir Path folder) {
        EmbeddedPostgresServer postgres = postgres(folder);
        Stores stores = impatient(postgres);
        Queues queues = queues(stores, RealServers.redisUri());
        Accepted batch = accept(stores, queues, 3);
        Pool pool = pool(stores, queues, "heartbeat", "100ms");

        ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
        pool.pool().start();

        awaitAll(stores, batch);
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 3");
    }

    @Test
    void stopsThoughPostgresIsGone(@TempDir Path folder) {
        EmbeddedPostgresServer postgres = postgres(folder);
        Stores stores = impatient(postgres);
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "drain", "100ms");
        Bench.Gate gate = pool.bench().holdDocuments(1);
        accept(stores, queues, 1);
        pool.pool().start();
        gate.awaitAll();
        postgres.close();
        gate.open();

        long before = System.nanoTime();
        pool.pool().stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(12));
        assertThat(pool.bench().attempts("lost", "none")).isEqualTo(1);
    }

    @Test
    void claimsNothingWhileItsLeaseDoesNotStand() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms", "lease", "300ms");
        pool.pool().start();
        stores.jdbc()
                .sql("alter table worker_instance add constraint frozen check (lease_until < now()) not valid")
                .update();
        Bench.soon().until(() -> !pool.heartbeat().leaseStands());

        Accepted batch = accept(stores, queues, 1);
        org.awaitility.Awaitility.await()
                .during(Duration.ofMillis(500))
                .until(() -> stores.job(batch.queued().get(0)).state() == JobState.QUEUED);
        stores.jdbc().sql("alter table worker_instance drop constraint frozen").update();

        awaitAll(stores, batch);
    }

    /** Nobody takes its job back meanwhile. */
    @Test
    void isNotReadyWhileItCannotTakeJobsThoughItShould() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri(), "outage-grace", "1h");
        Pool pool = pool(
                stores,
                queues,
                "concurrency",
                "2",
                "idle-poll",
                "10ms",
                "stall-limit",
                "100ms",
                "heartbeat",
                "50ms",
                "lease",
                "300ms",
                "drain",
                "30s");
        var readiness = new ConsumerHealthIndicator(
                new StaticListableBeanFactory(Map.of("pool", pool.pool())).getBeanProvider(WorkerPool.class));
        Bench.soon()
                .during(Duration.ofMillis(200))
                .until(() -> readiness.health().getStatus().equals(Status.UP));
        Bench.Gate gate = pool.bench().holdDocuments(1);
        accept(stores, queues, 1);
        pool.pool().start();
        gate.awaitAll();

        stores.jdbc()
                .sql("alter table worker_instance add constraint frozen check (lease_until < now()) not valid")
                .update();

        Bench.soon().until(() -> readiness.health().getStatus().equals(Status.DOWN));
        Thread stopping = new Thread(pool.pool()::stop);
        stopping.start();
        Bench.soon().until(() -> readiness.health().getStatus().equals(Status.UP));
        assertThat(pool.pool().isRunning()).isTrue();
        gate.open();
        stopping.join();
    }

    /** The claim waits for the row of its batch, which no interrupt ends. */
    @Test
    void replacesNoDispatcherThatHangsWhileItStops() throws Exception {
        Stores stores = new Stores(new BusyPool(RealServers.freshDatabase()));
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "idle-poll", "50ms", "stall-limit", "3s");
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 1, NewBatch.Start.NOW, 1);

        stores.transactions().executeWithoutResult(status -> {
            stores.jdbc()
                    .sql("select id from batch where id = :id for update")
                    .param("id", batch.batch().value())
                    .query(UUID.class)
                    .single();
            pool.pool().start();
            queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
            Bench.soon().until(() -> Stores.somebodyWaitsForALock(stores.jdbc()));
            pool.pool().stop();
        });

        assertThat(pool.bench()
                        .meters
                        .get("mivaa.dispatchers.rebuilt")
                        .counter()
                        .count())
                .isZero();
        Bench.soon().until(() -> outcomes(stores).equals(List.of("HANDED_BACK 1")));
    }

    /** Like a pool that has no connection free at the moment: who is interrupted cannot wait for one. */
    private static final class BusyPool extends DelegatingDataSource {
        BusyPool(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (Thread.currentThread().isInterrupted()) {
                throw new SQLException("interrupted");
            }
            return super.getConnection();
        }
    }

    /** A job that it gives back waits for a lock, and nothing else does. */
    @Test
    void givesTheSlotsOfADispatcherThatHangsToNobodyOnceTheirJobsRun() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "idle-poll", "50ms", "stall-limit", "100ms");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.await(go);
        Accepted batch = stores.accept("one", "two", "three", "four");
        before(stores, "old.state = 'RUNNING' and new.state = 'QUEUED'", "perform pg_advisory_xact_lock(7)");
        // Two that were there when instances died: of these one at a time runs here.
        stores.jdbc()
                .sql("update job set crashes = 2 where id = any(:ids)")
                .param(
                        "ids",
                        batch.queued().subList(0, 2).stream().map(JobId::value).toArray(UUID[]::new))
                .update();

        stores.transactions().executeWithoutResult(status -> {
            stores.jdbc()
                    .sql("select 1 from pg_advisory_xact_lock(7)")
                    .query(Integer.class)
                    .single();
            queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
            pool.pool().start();
            Bench.soon().until(() -> Stores.somebodyWaitsForALock(stores.jdbc()));
            // Longer than it takes until somebody looks whether the dispatcher hangs.
            Bench.soon()
                    .during(Duration.ofMillis(1500))
                    .until(() -> stores.batch(batch.batch()).counts().running() == 2);
        });
        go.countDown();

        awaitAll(stores, batch);
        assertThat(pool.bench()
                        .meters
                        .get("mivaa.dispatchers.rebuilt")
                        .counter()
                        .count())
                .isZero();
        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 1", "SUCCEEDED 4");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void saysOnceThatNoJobsAreTakenHoweverOftenItTries(CapturedOutput output) {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        stores.jdbc().sql("create sequence refused").update();
        before(stores, "new.state = 'RUNNING'", "perform nextval('refused'); raise exception 'not now'");
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();

        Bench.soon()
                .until(() -> stores.jdbc()
                                .sql("select last_value from refused")
                                .query(Long.class)
                                .single()
                        >= 3);
        stores.jdbc().sql("drop trigger disturb on job").update();

        awaitAll(stores, batch);
        Bench.soon().until(() -> output.getOut().contains("Jobs are taken again"));
        assertThat(output.getOut()).containsOnlyOnce("No jobs are taken until PostgreSQL responds again");
    }

    /** Disturbs the updates of jobs. */
    private static void before(Stores stores, String when, String disturbance) {
        stores.jdbc().sql("""
                        create function disturb() returns trigger language plpgsql as $$
                        begin
                            %s;
                            return new;
                        end $$
                        """.formatted(disturbance)).update();
        stores.jdbc()
                .sql("create trigger disturb before update on job for each row when (" + when
                        + ") execute function disturb()")
                .update();
    }

    @Test
    void registersAgainWhenItsRowIsGone() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms");
        pool.pool().start();

        stores.jdbc().sql("delete from worker_instance").update();

        Bench.soon().until(() -> stores.instances().list().size() == 1);
        awaitAll(stores, accept(stores, queues, 3));
    }

    @Test
    void givesBackJobsThatAreItsOwnButThatNobodyIsAt() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms");
        pool.pool().start();
        // In one transaction, lest the pool itself is faster where it takes jobs without Redis.
        JobId stray = stores.transactions().execute(status -> {
            JobId job = stores.accept("stray").queued().get(0);
            assertThat(stores.claims()
                            .take(List.of(job), stores.instances().list().get(0).id(), Claims.ANY_CRASHES))
                    .hasSize(1);
            return job;
        });

        Bench.soon().until(() -> stores.job(stray).state() == JobState.SUCCEEDED);

        assertThat(stores.job(stray).attempt()).isEqualTo(1);
        assertThat(stores.jdbc()
                        .sql("select outcome from ended_attempt order by fence")
                        .query(String.class)
                        .list())
                .containsExactly("HANDED_BACK", "SUCCEEDED");
    }
}
