package io.mivaa.batch.worker;

import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.claim.Lifeline;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import io.mivaa.batch.worker.watch.Heartbeat;
import io.mivaa.batch.worker.watch.MemoryGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;

/** Pools on real servers, and what a test of them needs; everything opened is closed after the test. */
public abstract class PoolFixture {

    final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** A pool with its own workbench. */
    public record Pool(Bench bench, Heartbeat heartbeat, Dispatcher dispatcher, WorkerPool pool)
            implements AutoCloseable {
        @Override
        public void close() {
            if (pool.isRunning()) {
                pool.stop();
            }
            bench.close();
        }
    }

    public Pool pool(Stores stores, Queues queues, String... settings) {
        return pool(stores, queues, stores.instances(), stores.heldClaims(), settings);
    }

    /** One whose heartbeat has connections of its own. */
    Pool pool(Stores stores, Queues queues, Lifeline lifeline, String... settings) {
        return pool(stores, queues, lifeline.instances(), lifeline.claims(), settings);
    }

    /** One on a heap that is always full, for all it reads. */
    Pool poolOnAFullHeap(Stores stores, Queues queues, String... settings) {
        return pool(stores, queues, stores.instances(), stores.heldClaims(), 0, settings);
    }

    private Pool pool(Stores stores, Queues queues, Instances instances, HeldClaims claims, String... settings) {
        return pool(stores, queues, instances, claims, 0.85, settings);
    }

    private Pool pool(
            Stores stores,
            Queues queues,
            Instances instances,
            HeldClaims claims,
            double memoryHighWater,
            String... settings) {
        ExecutorService committer = Executors.newSingleThreadExecutor();
        Bench bench = new Bench(stores, committer, settings);
        Heartbeat heartbeat = new Heartbeat(instances, claims, InstanceId.create(), bench.settings);
        Pool pool = pool(bench, queues, heartbeat, memoryHighWater);
        opened.add(committer::shutdown);
        opened.add(pool);
        return pool;
    }

    /** Everything wired as in the service. */
    static Pool pool(Bench bench, Queues queues, Heartbeat heartbeat, double memoryHighWater) {
        Workers workers = new Workers(bench.settings.concurrency(), bench.workbench, bench.abandoned);
        Claimer claimer = new Claimer(bench.stores.claims(), bench.stores.settling(), heartbeat.instance(), workers);
        MemoryGuard memory = MemoryGuard.ofThisProcess(memoryHighWater, bench.meters);
        Pass pass = new Pass(queues.hintSource(), claimer, workers, heartbeat, memory);
        Dispatcher dispatcher = new Dispatcher(
                bench.settings,
                queues.hintSource(),
                pass,
                workers,
                new Random(11),
                bench.workbench.metrics().dispatchersRebuilt());
        return new Pool(
                bench, heartbeat, dispatcher, new WorkerPool(bench.settings, heartbeat, claimer, workers, dispatcher));
    }

    /** @param settings name after {@code mivaa.queue.} and value, in turn */
    public Queues queues(Stores stores, String redis, String... settings) {
        Queues queues = new Queues(stores, redis, settings);
        opened.add(queues);
        return queues;
    }

    EmbeddedRedisServer redis(Path folder) {
        EmbeddedRedisServer redis = EmbeddedRedisServer.start(folder, RealServers.binaries(), List.of());
        opened.add(redis);
        return redis;
    }

    EmbeddedPostgresServer postgres(Path folder) {
        EmbeddedPostgresServer postgres =
                EmbeddedPostgresServer.start(folder, RealServers.binaries(), List.of("shared_buffers=16MB"));
        opened.add(postgres);
        return postgres;
    }

    static RealServers.Database migrated(EmbeddedPostgresServer postgres) {
        var database = new RealServers.Database(postgres.jdbcUrl(), postgres.username(), postgres.password());
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
        return database;
    }

    public static Accepted accept(Stores stores, Queues queues, int documents) {
        Accepted batch = stores.accept(
                IntStream.range(0, documents).mapToObj(i -> "document " + i).toArray(String[]::new));
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        return batch;
    }

    public static void awaitAll(Stores stores, Accepted batch) {
        Bench.soon()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> stores.batch(batch.batch()).counts().succeeded()
                        == batch.queued().size());
    }

    public static List<String> outcomes(Stores stores) {
        return stores.jdbc()
                .sql("select outcome || ' ' || count(*) from ended_attempt group by outcome order by outcome")
                .query(String.class)
                .list();
    }
}
