package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Lifeline;
import io.mivaa.batch.testkit.Frozen;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL away for longer than the lease, so that nobody can have renewed it. */
class PostgresFrozenTests extends PoolFixture {

    private static final Duration LONGER_THAN_THE_LEASE = Duration.ofSeconds(4);

    private final CountDownLatch within = new CountDownLatch(4);
    private final CountDownLatch go = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private EmbeddedPostgresServer postgres;
    private Stores stores;
    private List<Pool> pools;
    private Accepted batch;

    /** Two instances, each at two documents that do not end before they may. */
    @BeforeEach
    void work() {
        postgres = postgres(folder);
        RealServers.Database database = migrated(postgres);
        DataSource impatient = new RealServers.Database(
                        database.jdbcUrl() + "?socketTimeout=1&connectTimeout=1",
                        database.username(),
                        database.password())
                .dataSource();
        stores = new Stores(impatient);
        Queues queues = queues(stores, RealServers.redisUri(), "outage-grace", "1500ms", "reconcile-every", "100ms");
        pools = List.of(instance(impatient, queues), instance(impatient, queues));
        batch = accept(stores, queues, 40);
        pools.forEach(pool -> pool.pool().start());
        Bench.await(within);
    }

    private Pool instance(DataSource database, Queues queues) {
        Lifeline lifeline = new Lifeline(database, Duration.ofSeconds(1));
        opened.add(lifeline);
        Pool pool = pool(stores, queues, lifeline, "concurrency", "2", "lease", "2s", "heartbeat", "650ms");
        pool.bench().steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.await(go);
        };
        return pool;
    }

    @Test
    void burnsNothingWhenPostgresWasFrozen() {
        try (Frozen frozen = Frozen.withChildren(postgres.pid())) {
            assertThat(frozen).isNotNull();
            go.countDown();
            awaitOutage();
        }

        endsEveryJobOnce();
    }

    @Test
    void burnsNothingWhenPostgresWasGone() {
        postgres.close();
        go.countDown();
        awaitOutage();
        postgres(folder);

        endsEveryJobOnce();
    }

    private void awaitOutage() {
        Awaitility.await()
                .pollDelay(LONGER_THAN_THE_LEASE)
                .until(() -> pools.stream().noneMatch(pool -> pool.heartbeat().leaseStands()));
    }

    private void endsEveryJobOnce() {
        awaitAll(stores, batch);
        assertThat(outcomes(stores)).contains("SUCCEEDED 40").noneMatch(outcome -> outcome.startsWith("LOST"));
        assertThat(stores.jdbc()
                        .sql("select count(*) from job where attempt <> 1 or crashes > 0")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(stores.jdbc()
                        .sql("select count(*) from result")
                        .query(Long.class)
                        .single())
                .isEqualTo(40);
    }
}
