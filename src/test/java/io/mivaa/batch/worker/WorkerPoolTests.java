package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Instances.Instance;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.results.store.Results;
import io.mivaa.batch.secrets.Secrets;
import io.mivaa.batch.secrets.TestSecrets;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import io.mivaa.batch.worker.settings.WorkerSettings;
import io.mivaa.batch.worker.watch.Abandoned;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

class WorkerPoolTests extends PoolFixture {

    @Test
    void worksOffABatch() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        Accepted batch = accept(stores, queues, 40);

        pool.pool().start();

        awaitAll(stores, batch);
        assertThat(pool.bench().busy()).isZero();
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 40");
        assertThat(pool.pool().isRunning()).isTrue();
    }

    @Test
    void sharesWorkBetweenTwoPoolsAndNothingIsDoneTwice() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool one = pool(stores, queues, "concurrency", "3", "claim-size", "5");
        Pool other = pool(stores, queues, "concurrency", "3", "claim-size", "5");
        one.pool().start();
        other.pool().start();

        Accepted batch = accept(stores, queues, 500);
        // Hints twice are harmless.
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());

        awaitAll(stores, batch);
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 500");
        assertThat(stores.jdbc()
                        .sql("select count(distinct instance) from ended_attempt")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(stores.jdbc()
                        .sql("select count(*) from job j join result r on r.id = j.result_id where fence <> 1")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(one.bench().steps.parsed.get() + other.bench().steps.parsed.get())
                .isEqualTo(500);
    }

    @Test
    void stopsAJobThatTakesTooLong() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "job-timeout", "100ms", "retry.timeout.attempts", "1");
        pool.bench().steps.parsing = (text, file, progress) -> {
            Bench.await(new CountDownLatch(1));
            progress.pagesRead(1);
        };
        Accepted batch = accept(stores, queues, 1);

        pool.pool().start();

        Bench.soon().until(() -> stores.job(batch.queued().get(0)).state() == JobState.DEAD);
        // Counted after the commit.
        Bench.soon().until(() -> pool.bench().attempts("dead", "timeout") == 1);
    }

    @Test
    void triesAgainByItself() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "retry.internal.base", "10ms");
        pool.bench().steps.parsing = (text, file, progress) -> {
            if (pool.bench().steps.parsed.get() == 1) {
                throw new IllegalStateException("only once");
            }
        };
        Accepted batch = accept(stores, queues, 1);

        pool.pool().start();

        awaitAll(stores, batch);
        assertThat(stores.job(batch.queued().get(0)).attempt()).isEqualTo(2);
    }

    @Test
    void keepsTheHintsItHasNoSlotFor() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "claim-size", "1", "idle-poll", "10ms");
        List<JobId> jobs = stores.accept("a", "b", "c").queued();
        assertThat(pool.dispatcher().round(jobs).hints()).as("without a lease").isEqualTo(jobs);
        pool.heartbeat().start(java.util.Set::of);

        List<JobId> left = pool.dispatcher().round(jobs).hints();

        assertThat(left).containsExactly(jobs.get(1), jobs.get(2));
        Bench.soon().until(() -> stores.job(jobs.get(0)).state() == JobState.SUCCEEDED);
        assertThat(stores.job(jobs.get(1)).state()).isEqualTo(JobState.QUEUED);
        pool.heartbeat().stop(true);
    }

    @Test
    void runsDocumentsThatTwoInstancesDiedAtOneAtATime() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "4");
        Semaphore may = new Semaphore(0);
        AtomicInteger suspects = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        pool.bench().steps.parsing = (text, file, progress) -> {
            if (text.contains("suspect")) {
                most.accumulateAndGet(suspects.incrementAndGet(), Math::max);
                may.acquireUninterruptibly();
                suspects.decrementAndGet();
            }
        };
        Accepted batch = stores.accept("one", "suspect", "three", "suspect too", "suspect as well");
        for (int i : List.of(1, 3, 4)) {
            charge(stores, batch.queued().get(i), 2);
        }
        charge(stores, batch.queued().get(0), 1);
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        pool.pool().start();

        Bench.soon()
                .until(() -> stores.job(batch.queued().get(0)).state() == JobState.SUCCEEDED
                        && stores.job(batch.queued().get(2)).state() == JobState.SUCCEEDED);
        Accepted later = accept(stores, queues, 2);
        awaitAll(stores, later);
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        Bench.soon().during(Duration.ofMillis(200)).until(() -> pool.bench().busy() == 1);
        Bench.soon().until(() -> {
            may.release();
            queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
            return batch.queued().stream().allMatch(job -> stores.job(job).state() == JobState.SUCCEEDED);
        });

        assertThat(most).hasValue(1);
    }

    @Test
    void runsASuspectBesideAJobThatWasThereAtOneDeathOnly() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "idle-poll", "10ms");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.await(go);
        Accepted batch = stores.accept("unlucky", "suspect");
        charge(stores, batch.queued().get(0), 1);
        charge(stores, batch.queued().get(1), 2);
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        pool.pool().start();

        Bench.soon().until(() -> pool.bench().busy() == 2);
        go.countDown();
        awaitAll(stores, batch);
    }

    private static void charge(Stores stores, JobId job, int crashes) {
        stores.jdbc()
                .sql("update job set crashes = :crashes where id = :id")
                .param("crashes", crashes)
                .param("id", job.value())
                .update();
    }

    @Test
    void runsOneDocumentAtATimeWhileTheHeapIsFull() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = poolOnAFullHeap(stores, queues, "concurrency", "4", "idle-poll", "10ms");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.await(go);
        Accepted batch = accept(stores, queues, 5);
        pool.pool().start();

        Bench.soon().until(() -> pool.bench().busy() == 1);
        Bench.soon().during(Duration.ofMillis(300)).until(() -> pool.bench().busy() == 1);
        assertThat(stores.batch(batch.batch()).counts().running()).isEqualTo(1);
        go.countDown();

        awaitAll(stores, batch);
    }

    @Test
    void handsBackWhatItClaimsWhileItStopsAndKeepsItsSlots() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "1");
        pool.heartbeat().start(java.util.Set::of);
        pool.pool().stop();
        List<JobId> jobs = stores.accept("a", "b").queued();

        for (JobId job : jobs) {
            assertThat(pool.dispatcher().round(List.of(job)).hints()).isEmpty();
            assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(stores.job(job).attempt()).isZero();
        }
        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 2");
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
                .withBean(Settling.class, stores::settling)
                .withBean(Successes.class, stores::successes)
                .withBean(Contents.class, stores::contents)
                .withBean(Secrets.class, TestSecrets::secrets)
                .withBean(SpoolDirectory.class, () -> bench.spoolDirectory)
                .withBean(Pipeline.class, bench.providers::pipeline)
                .withBean(Results.class, stores::results)
                .withBean(HintSource.class, queues::hintSource)
                .withBean(Clock.class, Clock::systemUTC)
                .withBean(PlatformTransactionManager.class, () -> stores.bean(JdbcTransactionManager.class))
                .withBean(
                        DataSource.class,
                        () -> stores.bean(DataSource.class),
                        definition -> definition.setDestroyMethodName(""))
                .withBean(JsonMapper.class, () -> stores.bean(JsonMapper.class))
                .withBean(Abandoned.class, () -> bench.abandoned)
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
}
