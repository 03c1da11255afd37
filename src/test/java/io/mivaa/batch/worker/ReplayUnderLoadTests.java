package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ten thousand dead letters that come back at once, while others work. */
class ReplayUnderLoadTests extends PoolFixture {

    private static final int DEAD = 10_000;
    private static final int LIVE = 2_000;
    private static final int LOOKED_AT = 200;

    private final Stores stores = new Stores();
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @Test
    void replaysTenThousandDeadLettersBesideABatchThatRuns() {
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", "4");
        Accepted dead = stores.accept(
                IntStream.range(0, DEAD).mapToObj(i -> "dead " + i).toArray(String[]::new));
        giveUp(dead);
        Accepted live = accept(stores, queues, LIVE);
        Semaphore turns = new Semaphore(0);
        pool.bench().steps.parsing = (text, file, progress) -> {
            begun.add(text);
            turns.acquireUninterruptibly();
        };
        pool.pool().start();

        try (Pace pace = new Pace(turns)) {
            assertThat(pace).isNotNull();
            Bench.soon().until(() -> begun.size() > 20);
            long before = System.nanoTime();
            List<Hint> replayed =
                    stores.deadLetters().replay(Stores.WORKSPACE, DeadLetters.Filter.ofBatch(dead.batch()), DEAD);
            queues.queue().push(replayed);
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            System.out.printf("Replayed %,d dead letters in %,d ms%n", replayed.size(), took.toMillis());
            assertThat(replayed).hasSize(DEAD);
            assertThat(took).isLessThan(Duration.ofSeconds(30));
        }
        int from = begun.size();
        turns.release(Integer.MAX_VALUE / 2);
        Bench.soon().until(() -> begun.size() > from + LOOKED_AT);

        assertThat(begun.subList(0, from).stream().filter(ReplayUnderLoadTests::isLive))
                .as("live documents begun while dead letters were replayed")
                .hasSizeGreaterThan(50);
        assertThat(begun.subList(from, from + LOOKED_AT).stream().filter(ReplayUnderLoadTests::isLive))
                .as("live documents among the next %d", LOOKED_AT)
                .hasSizeBetween(LOOKED_AT * 2 / 5, LOOKED_AT * 3 / 5);
        Counts counts = stores.batch(dead.batch()).counts();
        assertThat(counts.dead()).isZero();
        assertThat(counts.queued() + counts.running() + counts.succeeded()).isEqualTo(DEAD);
        awaitAll(stores, live);
        assertThat(stores.jdbc()
                        .sql("select count(*) from job where attempt > 1 or crashes > 0")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private void giveUp(Accepted batch) {
        stores.jdbc().sql("""
                        update job set state = 'DEAD', attempt = 3, queued_at = null, finished_at = now(),
                                       error_class = 'TRANSIENT', error_code = 'away', error_message = 'It was away.'
                         where batch_id = :batch
                        """).param("batch", batch.batch().value()).update();
    }

    private static boolean isLive(String text) {
        return text.startsWith("document");
    }

    /** Two hundred turns a second, until it is closed. */
    private static final class Pace implements AutoCloseable {

        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        Pace(Semaphore turns) {
            Future<?> unused = thread.scheduleAtFixedRate(turns::release, 5, 5, TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
