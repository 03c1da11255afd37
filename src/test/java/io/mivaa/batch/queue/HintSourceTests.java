package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

/** Where hints come from when Redis is there, and when it is not. */
class HintSourceTests {

    private static final RedisAccess redis = new RedisAccess(RealServers.redisUri());
    private static final RedisAccess nowhere = RedisAccess.nowhere();

    private final Stores stores = new Stores();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HintSource away = source(QueueParts.on(nowhere, JobQueueTests.SETTINGS));

    @BeforeEach
    void empty() {
        redis.flush();
    }

    @AfterAll
    static void disconnect() {
        redis.close();
        nowhere.close();
    }

    @Test
    void takesFromTheListsWhileRedisAnswers() {
        QueueParts parts = QueueParts.on(redis, JobQueueTests.SETTINGS);
        JobQueue queue = parts.queue();
        Accepted batch = stores.accept("a", "b");
        queue.push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued().subList(0, 1));

        assertThat(source(parts).take(5)).containsExactly(batch.queued().get(0));
        assertThat(meters.get("mivaa.queue.degraded").gauge().value()).isZero();
    }

    @Test
    void asksPostgresWhileRedisIsAway() {
        Accepted batch = stores.accept("a", "b");

        assertThat(away.take(5)).containsExactlyInAnyOrderElementsOf(batch.queued());
        assertThat(meters.get("mivaa.queue.degraded").gauge().value()).isEqualTo(1);
    }

    @Test
    void goesBackToTheListsWhenRedisAnswersAgain() {
        AtomicLong nanos = new AtomicLong();
        var availability = new RedisAvailability(redis.template(), JobQueueTests.SETTINGS, nanos::get);
        JobQueue queue = new JobQueue(redis.template(), availability, JobQueueTests.SETTINGS);
        Accepted batch = stores.accept("a");
        HintSource source = source(queue, availability);
        assertThatThrownBy(() -> availability.ask(() -> {
                    throw new DataAccessResourceFailureException("away");
                }))
                .isInstanceOf(DataAccessException.class);
        availability.probe();
        assertThat(source.take(5)).containsExactlyElementsOf(batch.queued());

        nanos.addAndGet(JobQueueTests.SETTINGS.redisPause().toNanos());
        availability.probe();

        assertThat(source.take(5)).isEmpty();
        assertThat(meters.get("mivaa.queue.degraded").gauge().value()).isZero();
    }

    @Test
    void waitsForAFrozenRedisOnceOnly(@TempDir Path folder) throws Exception {
        ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
        try (var server = EmbeddedRedisServer.start(folder, RealServers.binaries(), List.of());
                RedisAccess own = new RedisAccess(server.uri())) {
            QueueParts parts = QueueParts.on(own, JobQueueTests.SETTINGS);
            HintSource source = source(parts);
            Accepted batch = stores.accept("a");
            assertThat(source.take(1)).isEmpty();
            Future<?> unused = schedule.scheduleWithFixedDelay(parts.redis()::probe, 0, 100, TimeUnit.MILLISECONDS);
            JobQueueTests.signal("STOP", server.pid());
            assertThat(source.take(1)).containsExactlyElementsOf(batch.queued());

            // Long enough for two probes to run into their timeouts.
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            int takes = 0;
            while (System.nanoTime() - end < 0) {
                assertThat(source.take(1)).containsExactlyElementsOf(batch.queued());
                takes++;
            }
            assertThat(takes).as("if each waited for Redis: three").isGreaterThan(5);

            JobQueueTests.signal("CONT", server.pid());
            Awaitility.await().until(() -> source.take(1).isEmpty());
            assertThat(source.degraded()).isFalse();
        } finally {
            schedule.shutdownNow();
        }
    }

    @Test
    void choosesNothingThatMustNotRun() {
        Accepted paused = stores.accept("a");
        stores.control().pause(Stores.WORKSPACE, paused.batch(), true);
        stores.cancellation().cancel(Stores.WORKSPACE, stores.accept("b").batch());
        Workspace held = new Workspace("held");
        stores.accept(held, Priority.CRITICAL, 3);
        stores.control().pauseAll(held, true);
        Accepted bounded = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 2, NewBatch.Start.NOW, 5);
        stores.claims().take(bounded.queued().subList(0, 1), stores.instance(), Claims.ANY_CRASHES);

        assertThat(away.take(50)).containsExactly(bounded.queued().get(1));
    }

    @Test
    void sharesAsTheListsDoAlsoWithoutRedis() {
        Accepted flood = stores.accept(new Workspace("greedy"), Priority.NORMAL, 200);
        stores.accept(new Workspace("greedy"), Priority.NORMAL, 200);
        Accepted small = stores.accept(new Workspace("modest"), Priority.NORMAL, 10);
        Accepted low = stores.accept(new Workspace("modest"), Priority.LOW, 200);

        List<JobId> taken = away.take(60);

        assertThat(taken).doesNotHaveDuplicates().hasSize(60).containsAll(small.queued());
        assertThat(count(taken, low)).isBetween(18L, 22L);
        assertThat(count(taken, flood)).isBetween(13L, 17L);
    }

    /** The chance of a lottery: 200 single takes without one for a share of one in sixteen has odds of 1 to 400,000. */
    @Test
    void starvesNobodyThoughItTakesOneByOne() {
        List<Accepted> batches = Stream.of(Priority.values())
                .map(priority -> stores.accept(Stores.WORKSPACE, priority, 1))
                .toList();
        Set<JobId> seen = new HashSet<>();
        for (int take = 0; take < 200; take++) {
            seen.addAll(away.take(1));
        }

        assertThat(seen)
                .isEqualTo(batches.stream()
                        .map(Accepted::queued)
                        .flatMap(List::stream)
                        .collect(Collectors.toSet()));
    }

    private static long count(List<JobId> taken, Accepted batch) {
        return taken.stream()
                .filter(new HashSet<>(batch.queued())::contains)
                .map(Function.identity())
                .count();
    }

    private HintSource source(QueueParts parts) {
        return source(parts.queue(), parts.redis());
    }

    private HintSource source(JobQueue queue, RedisAvailability redis) {
        return new HintSource(queue, stores.backlog(), redis, JobQueueTests.SETTINGS, meters);
    }
}
