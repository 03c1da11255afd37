package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Instances.Instance;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The lease while the pool drains: longer than the lease, and nobody takes its jobs over. */
class DrainTests extends PoolFixture {

    @Test
    void keepsItsLeaseUntilTheLastJobHasEnded() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri(), "outage-grace", "0s", "reconcile-every", "100ms");
        Pool pool = pool(stores, queues, "concurrency", "2", "drain", "20s", "lease", "1s", "heartbeat", "100ms");
        Bench.Gate gate = pool.bench().holdDocuments(2);
        Accepted batch = accept(stores, queues, 2);
        pool.pool().start();
        gate.awaitAll();

        Thread stopping = new Thread(pool.pool()::stop);
        stopping.start();
        Bench.soon().until(() -> stores.instances().list().stream().allMatch(Instance::draining));
        Awaitility.await()
                .during(Duration.ofMillis(2_500))
                .atMost(Duration.ofSeconds(10))
                .until(() -> stores.instances().list().stream().allMatch(Instance::alive));
        gate.open();
        stopping.join();

        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(2);
        assertThat(outcomes(stores)).containsExactly("SUCCEEDED 2");
        assertThat(stores.instances().list()).noneMatch(Instance::alive);
    }

    @Test
    void keepsItsLeaseUntilWhatDoesNotEndIsHandedBack() throws Exception {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri(), "outage-grace", "0s", "reconcile-every", "100ms");
        Pool pool = pool(stores, queues, "drain", "1500ms", "lease", "1s", "heartbeat", "100ms");
        Bench.Gate gate = pool.bench().holdDocumentsDeafly(1);
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();
        gate.awaitAll();

        pool.pool().stop();

        assertThat(outcomes(stores)).containsExactly("HANDED_BACK 1");
        assertThat(stores.job(batch.queued().get(0)).crashes()).isZero();
        gate.open();
    }
}
