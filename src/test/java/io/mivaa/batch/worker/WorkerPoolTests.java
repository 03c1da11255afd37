package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.job.Acceptance.Accepted;
import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.Contents;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Instances;
import io.mivaa.batch.job.Instances.Instance;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.SpoolDirectory;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.results.Results;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

class WorkerPoolTests {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void worksOffABatch() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        Accepted batch = accept(stores, queues, 40);

        pool.pool.start();

        awaitAll(stores, batch);
        assertThat(pool.bench.busy()).isZero();
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 40");
        assertThat(pool.pool.isRunning()).isTrue();
    }

    @Test
    void sharesWorkBetweenTwoPoolsAndNothingIsDoneTwice() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool one = pool(stores, queues, "concurrency", "3", "claim-size", "5");
        Pool other = pool(stores, queues, "concurrency", "3", "claim-size", "5");
        one.pool.start();
        other.pool.start();

        Accepted batch = accept(stores, queues, 500);
        // Hints twice are harmless.
        queues.queue().push(batch.batch(), Priority.NORMAL, batch.queued());

        awaitAll(stores, batch);
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 500");
        assertThat(stores.jdbc()
                        .sql("select count(distinct instance) from job_attempt")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(stores.jdbc()
                        .sql("select count(*) from job j join result r on r.id = j.result_id where fence <> 1")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(one.bench.steps.parsed.get() + other.bench.steps.parsed.get())
                .isEqualTo(500);
    }

    @Test
    void letsRunningJobsEndWhenItStops() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "drain", "20s");
        CountDownLatch within = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            await(go);
        };
        Accepted batch = accept(stores, queues, 10);
        pool.pool.start();
        await(within);

        Thread stopping = new Thread(pool.pool::stop);
        stopping.start();
        Bench.soon().until(() -> stores.instances().list().stream().allMatch(Instance::draining));
        go.countDown();
        stopping.join();

        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(2);
        assertThat(stores.batch(batch.batch()).counts().queued()).isEqualTo(8);
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
        assertThat(pool.pool.isRunning()).isFalse();
    }

    @Test
    void handsBackWhatExceedsTheDrainTime() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "drain", "100ms");
        CountDownLatch within = new CountDownLatch(2);
        pool.bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            await(new CountDownLatch(1));
            progress.pagesRead(1);
        };
        Accepted batch = accept(stores, queues, 3);
        pool.pool.start();
        await(within);

        long before = System.nanoTime();
        pool.pool.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(stores.batch(batch.batch()).counts().queued()).isEqualTo(3);
        assertThat(batch.queued())
                .allSatisfy(job -> assertThat(stores.job(job).attempt()).isZero())
                .allSatisfy(job -> assertThat(stores.job(job).crashes()).isZero());
        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 2");
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
    }

    @Test
    void stopsAJobThatTakesTooLong() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "job-timeout", "100ms", "retry.timeout.attempts", "1");
        pool.bench.steps.parsing = (text, file, progress) -> {
            await(new CountDownLatch(1));
            progress.pagesRead(1);
        };
        Accepted batch = accept(stores, queues, 1);

        pool.pool.start();

        Bench.soon().until(() -> stores.job(batch.queued().get(0)).state() == JobState.DEAD);
        assertThat(pool.bench.attempts("dead", "timeout")).isEqualTo(1);
    }

    @Test
    void triesAgainByItself() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "retry.internal.base", "10ms");
        pool.bench.steps.parsing = (text, file, progress) -> {
            if (pool.bench.steps.parsed.get() == 1) {
                throw new IllegalStateException("only once");
            }
        };
        Accepted batch = accept(stores, queues, 1);

        pool.pool.start();

        awaitAll(stores, batch);
        assertThat(stores.job(batch.queued().get(0)).attempt()).isEqualTo(2);
    }

    @Test
    void givesBackJobsThatAreItsOwnButThatNobodyIsAt() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms");
        pool.pool.start();
        JobId stray = stores.accept("stray").queued().get(0);
        stores.claims().take(List.of(stray), stores.instances().list().get(0).id());

        Bench.soon().until(() -> stores.job(stray).state() == JobState.SUCCEEDED);

        assertThat(stores.job(stray).attempt()).isEqualTo(1);
        assertThat(stores.jdbc()
                        .sql("select outcome from job_attempt order by fence")
                        .query(String.class)
                        .list())
                .containsExactly("HANDED_BACK", "SUCCEEDED");
    }

    @Test
    void registersAgainWhenItsRowIsGone() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms");
        pool.pool.start();

        stores.jdbc().sql("delete from worker_instance").update();

        Bench.soon().until(() -> stores.instances().list().size() == 1);
        awaitAll(stores, accept(stores, queues, 3));
    }

    @Test
    void claimsNothingWhileItsLeaseDoesNotStand() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "heartbeat", "50ms", "lease", "300ms");
        pool.pool.start();
        stores.jdbc()
                .sql("alter table worker_instance add constraint frozen check (lease_until < now()) not valid")
                .update();
        Bench.soon().until(() -> !pool.heartbeat.leaseStands());

        Accepted batch = accept(stores, queues, 1);
        org.awaitility.Awaitility.await()
                .during(Duration.ofMillis(500))
                .until(() -> stores.job(batch.queued().get(0)).state() == JobState.QUEUED);
        stores.jdbc().sql("alter table worker_instance drop constraint frozen").update();

        awaitAll(stores, batch);
    }

    @Test
    void goesOnAfterRedisWasAway(@TempDir Path folder) {
        Stores stores = new Stores();
        EmbeddedRedisServer redis = redis(folder);
        Queues queues = queues(stores, redis.uri());
        Pool pool = pool(stores, queues);
        pool.pool.start();
        awaitAll(stores, accept(stores, queues, 5));

        redis.close();
        Accepted batch = stores.accept("during", "the outage");
        Bench.soon().during(Duration.ofSeconds(1)).until(() -> !queues.answers());
        opened.add(redis(folder));

        awaitAll(stores, batch);
    }

    @Test
    void goesOnAfterPostgresWasRestarted(@TempDir Path folder) {
        EmbeddedPostgresServer postgres = postgres(folder);
        var database = migrated(postgres);
        Stores stores = new Stores(database.dataSource());
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2");
        CountDownLatch within = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            await(go);
        };
        Accepted batch = accept(stores, queues, 20);
        pool.pool.start();
        await(within);

        ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
        go.countDown();

        awaitAll(stores, batch);
        assertThat(outcomes(stores)).contains("SUCCEEDED 20").doesNotContain("LOST");
    }

    @Test
    void stopsThoughPostgresIsGone(@TempDir Path folder) {
        EmbeddedPostgresServer postgres = postgres(folder);
        var database = migrated(postgres);
        HikariDataSource connections = (HikariDataSource) database.dataSource();
        connections.setConnectionTimeout(500);
        Stores stores = new Stores(connections);
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "drain", "100ms");
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            await(go);
        };
        accept(stores, queues, 1);
        pool.pool.start();
        await(within);
        postgres.close();
        go.countDown();

        long before = System.nanoTime();
        pool.pool.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(12));
        assertThat(pool.bench.attempts("lost", "none")).isEqualTo(1);
    }

    @Test
    void stopsThoughAJobDoesNot() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "drain", "0s");
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            deafTo(go);
        };
        Accepted batch = accept(stores, queues, 1);
        pool.pool.start();
        await(within);

        pool.pool.stop();

        assertThat(stores.job(batch.queued().get(0)).state()).isEqualTo(JobState.RUNNING);
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
        go.countDown();
    }

    @Test
    void keepsTheHintsItHasNoSlotFor() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "claim-size", "1", "idle-poll", "10ms");
        List<JobId> jobs = stores.accept("a", "b", "c").queued();
        assertThat(pool.pool.pass(jobs)).as("without a lease").isEqualTo(jobs);
        pool.heartbeat.start(java.util.Set::of);

        List<JobId> left = pool.pool.pass(jobs);

        assertThat(left).containsExactly(jobs.get(1), jobs.get(2));
        Bench.soon().until(() -> stores.job(jobs.get(0)).state() == JobState.SUCCEEDED);
        assertThat(stores.job(jobs.get(1)).state()).isEqualTo(JobState.QUEUED);
        pool.heartbeat.stop();
    }

    @Test
    void keepsItsSlotsWhenAnAttemptCannotBeStarted() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "1");
        pool.heartbeat.start(java.util.Set::of);
        pool.pool.stop();
        List<JobId> jobs = stores.accept("a", "b").queued();

        for (JobId job : jobs) {
            assertThatThrownBy(() -> pool.pool.pass(List.of(job)))
                    .hasRootCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void stopsAtOnceWhenItsStopIsInterrupted() {
        Stores stores = new Stores();
        Pool pool = pool(stores, queues(stores, RealServers.redisUri()));
        pool.pool.start();

        Thread.currentThread().interrupt();
        pool.pool.stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(pool.pool.isRunning()).isFalse();
    }

    @Test
    void isStartedLastAndOnlyWhereItIsWanted() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Bench bench = new Bench(stores);
        opened.add(bench);
        ApplicationContextRunner instance = new ApplicationContextRunner()
                .withUserConfiguration(WorkerConfiguration.class)
                .withBean(Claims.class, stores::claims)
                .withBean(Contents.class, stores::contents)
                .withBean(Instances.class, stores::instances)
                .withBean(SpoolDirectory.class, bench.workbench::spool)
                .withBean(Pipeline.class, bench.workbench::pipeline)
                .withBean(Results.class, stores::results)
                .withBean(JobQueue.class, queues::queue)
                .withBean(PlatformTransactionManager.class, () -> stores.bean(JdbcTransactionManager.class))
                .withBean(WorkerSettings.class, () -> bench.settings)
                .withBean(MeterRegistry.class, () -> bench.meters);

        instance.run(started -> {
            awaitAll(stores, accept(stores, queues, 3));
            assertThat(started.getBean(WorkerPool.class).getPhase()).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 1);
        });
        instance.withPropertyValues("mivaa.worker.enabled=false")
                .run(started -> assertThat(started).doesNotHaveBean(WorkerPool.class));
        assertThat(stores.instances().list()).hasSize(1).noneMatch(Instance::alive);
    }

    /** A pool with its own workbench. */
    private record Pool(Bench bench, Heartbeat heartbeat, WorkerPool pool) implements AutoCloseable {
        @Override
        public void close() {
            if (pool.isRunning()) {
                pool.stop();
            }
            bench.close();
        }
    }

    private Pool pool(Stores stores, Queues queues, String... settings) {
        Bench bench = new Bench(stores, settings);
        InstanceId instance = InstanceId.create();
        Heartbeat heartbeat = new Heartbeat(stores.instances(), stores.claims(), instance, bench.settings);
        Pool pool = new Pool(
                bench,
                heartbeat,
                new WorkerPool(
                        bench.settings,
                        queues.queue(),
                        bench.workbench,
                        heartbeat,
                        MemoryGuard.ofThisProcess(0.85, bench.meters),
                        instance,
                        new Random(11)));
        opened.add(pool);
        return pool;
    }

    private Queues queues(Stores stores, String redis) {
        Queues queues = new Queues(stores, redis);
        opened.add(queues);
        return queues;
    }

    private EmbeddedRedisServer redis(Path folder) {
        EmbeddedRedisServer redis = EmbeddedRedisServer.start(folder, RealServers.binaries(), List.of());
        opened.add(redis);
        return redis;
    }

    private EmbeddedPostgresServer postgres(Path folder) {
        EmbeddedPostgresServer postgres =
                EmbeddedPostgresServer.start(folder, RealServers.binaries(), List.of("shared_buffers=16MB"));
        opened.add(postgres);
        return postgres;
    }

    private static RealServers.Database migrated(EmbeddedPostgresServer postgres) {
        var database = new RealServers.Database(postgres.jdbcUrl(), postgres.username(), postgres.password());
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
        return database;
    }

    private static Accepted accept(Stores stores, Queues queues, int documents) {
        Accepted batch = stores.accept(
                IntStream.range(0, documents).mapToObj(i -> "document " + i).toArray(String[]::new));
        queues.queue().push(batch.batch(), Priority.NORMAL, batch.queued());
        return batch;
    }

    private static void awaitAll(Stores stores, Accepted batch) {
        Bench.soon()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> stores.batch(batch.batch()).counts().succeeded()
                        == batch.queued().size());
    }

    private static List<String> outcomes(Stores stores) {
        return stores.jdbc()
                .sql("select outcome || ' ' || count(*) from job_attempt group by outcome order by outcome")
                .query(String.class)
                .list();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deafTo(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            boolean unused = Thread.interrupted();
            Thread.onSpinWait();
        }
    }
}
