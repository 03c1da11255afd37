package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Instances.Instance;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How the pool ends. */
class WorkerPoolStopTests extends PoolFixture {

    @Test
    void letsRunningJobsEndWhenItStops() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "drain", "20s");
        Bench.Gate gate = pool.bench().holdDocuments(2);
        Accepted batch = accept(stores, queues, 10);
        pool.pool().start();
        gate.awaitAll();

        Thread stopping = new Thread(pool.pool()::stop);
        stopping.start();
        Bench.soon().until(() -> stores.instances().list().stream().allMatch(Instance::draining));
        gate.open();
        stopping.join();

        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(2);
        assertThat(stores.batch(batch.batch()).counts().queued()).isEqualTo(8);
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
        assertThat(pool.pool().isRunning()).isFalse();
    }

    @Test
    void handsBackWhatExceedsTheDrainTime() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "2", "drain", "100ms");
        CountDownLatch within = new CountDownLatch(2);
        pool.bench().steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.await(new CountDownLatch(1));
            progress.pagesRead(1);
        };
        Accepted batch = accept(stores, queues, 3);
        pool.pool().start();
        Bench.await(within);

        long before = System.nanoTime();
        pool.pool().stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(stores.batch(batch.batch()).counts().queued()).isEqualTo(3);
        assertThat(batch.queued())
                .allSatisfy(job -> assertThat(stores.job(job).attempt()).isZero())
                .allSatisfy(job -> assertThat(stores.job(job).crashes()).isZero());
        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 2");
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
    }

    @Test
    void stopsThoughAJobDoesNot() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "drain", "0s");
        Bench.Gate gate = pool.bench().holdDocumentsDeafly(1);
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();
        gate.awaitAll();

        pool.pool().stop();

        assertThat(stores.job(batch.queued().get(0)).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(batch.queued().get(0)).crashes()).isZero();
        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 1");
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
        gate.open();
    }

    @Test
    void stopsAtOnceWhenItsStopIsInterrupted() {
        Stores stores = new Stores();
        Pool pool = pool(stores, queues(stores, RealServers.redisUri()));
        pool.pool().start();

        Thread.currentThread().interrupt();
        pool.pool().stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(pool.pool().isRunning()).isFalse();
    }
}
