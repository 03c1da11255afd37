package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

class JobQueueTests extends QueueFixture {

    static final QueueSettings SETTINGS = new QueueSettings(
            "test",
            List.of(8, 4, 2, 1),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ZERO,
            3);

    @Test
    void givesTheJobsOfABatchInTheirOrder() {
        List<JobId> jobs = push(BatchId.create(), Priority.NORMAL, 7);

        List<JobId> taken = new ArrayList<>(queue.take(3));
        taken.addAll(queue.take(1));
        taken.addAll(queue.take(3));

        assertThat(taken).containsExactlyElementsOf(jobs);
    }

    @Test
    void givesNoMoreThanThereIs() {
        List<JobId> jobs = push(BatchId.create(), Priority.LOW, 3);

        assertThat(queue.take(50)).containsExactlyElementsOf(jobs);
        assertThat(queue.take(50)).isEmpty();
    }

    @Test
    void letsBatchesOfOnePriorityTakeTurns() {
        push(BatchId.create(), Priority.NORMAL, 5_000);
        List<JobId> small = push(BatchId.create(), Priority.NORMAL, 10);

        assertThat(queue.take(25)).containsAll(small);
    }

    @Test
    void sharesByWeightBetweenPriorities() {
        for (Priority priority : Priority.values()) {
            push(BatchId.create(), priority, 400);
        }

        List<JobId> taken = queue.take(150);

        assertThat(Stream.of(Priority.values()).map(priority -> count(taken, priority)))
                .containsExactly(80L, 40L, 20L, 10L);
    }

    @Test
    void keepsTheSharesOverManySmallTakes() {
        for (Priority priority : Priority.values()) {
            push(BatchId.create(), priority, 400);
        }

        List<JobId> taken = new ArrayList<>();
        while (taken.size() < 150) {
            taken.addAll(queue.take(1));
        }

        assertThat(Stream.of(Priority.values()).map(priority -> count(taken, priority)))
                .containsExactly(80L, 40L, 20L, 10L);
    }

    @Test
    void givesThePriorityThatWasIdleNoCreditForItsAbsence() {
        push(BatchId.create(), Priority.LOW, 1_000);
        queue.take(200);
        queue.take(50);

        push(BatchId.create(), Priority.CRITICAL, 1_000);

        assertThat(count(queue.take(90), Priority.LOW)).isBetween(9L, 11L);
    }

    @Test
    void forgetsAPriorityThatHasRunDry() {
        push(BatchId.create(), Priority.CRITICAL, 1);
        List<JobId> low = push(BatchId.create(), Priority.LOW, 30);

        assertThat(queue.take(31)).hasSize(31).containsAll(low);
    }

    @Test
    void takesDuplicateHintsAsTheyCome() {
        BatchId batch = BatchId.create();
        JobId job = push(batch, Priority.NORMAL, 1).get(0);
        queue.push(Stores.lane(batch, Priority.NORMAL), List.of(job));

        assertThat(queue.take(10)).containsExactly(job, job);
        assertThat(queue.take(10)).isEmpty();
    }

    @Test
    void pushesMoreThanOneScriptMayCarry() {
        List<JobId> jobs = push(BatchId.create(), Priority.NORMAL, 1_201);

        assertThat(queue.take(1_300)).containsExactlyElementsOf(jobs);
    }

    @Test
    void pushesHintsOfSeveralBatchesEachToItsOwn() {
        Hint one = new Hint(JobId.create(), Stores.lane(BatchId.create(), Priority.HIGH));
        Hint other = new Hint(JobId.create(), Stores.lane(BatchId.create(), Priority.LOW));
        Hint next = new Hint(JobId.create(), one.lane());

        queue.push(List.of(one, other, next));

        assertThat(lists.held(List.of(one.lane(), other.lane(), Stores.lane(BatchId.create(), Priority.LOW))))
                .containsExactly(
                        new HintLists.Held(2, true), new HintLists.Held(1, true), new HintLists.Held(0, false));
        assertThat(lists.hints(one.lane().batch())).containsExactly(one.job(), next.job());
        assertThat(lists.hints(other.lane().batch())).containsExactly(other.job());
    }

    @Test
    void knowsNoLengthsOfNoBatches() {
        assertThat(lists.held(List.of())).isEmpty();
    }

    @Test
    void showsAWorkspaceItsNextHintsAndLeavesThemThere() {
        List<JobId> first = push(BatchId.create(), Priority.NORMAL, 2);
        Lane others = new Lane(new Workspace("other"), BatchId.create(), Priority.NORMAL, null);
        queue.push(others, List.of(JobId.create()));
        List<JobId> second = push(BatchId.create(), Priority.NORMAL, 2);

        List<JobId> next = lists.peek(Stores.WORKSPACE, 3);

        assertThat(next).containsExactly(first.get(0), second.get(0), first.get(1));
        assertThat(lists.peek(others.workspace(), 3)).hasSize(1);
        assertThat(lists.peek(new Workspace("idle"), 3)).isEmpty();
        assertThat(queue.take(5)).filteredOn(priorities::containsKey).startsWith(next.toArray(JobId[]::new));
    }

    @Test
    void dropsAllHintsOfABatchAndNoOthers() {
        BatchId dropped = BatchId.create();
        push(dropped, Priority.HIGH, 20);
        List<JobId> kept = push(BatchId.create(), Priority.HIGH, 2);

        queue.drop(Stores.WORKSPACE, dropped);

        assertThat(queue.take(10)).containsExactlyElementsOf(kept);
        assertThat(redis.template().keys("{test}:jobs:" + dropped)).isEmpty();
        assertThat(redis.template().opsForZSet().score("{test}:ring:HIGH:acme", dropped.toString()))
                .isNull();
    }

    @Test
    void movesABatchAmongThoseOfAnotherPriority() {
        push(BatchId.create(), Priority.NORMAL, 100);
        BatchId moved = BatchId.create();
        List<JobId> jobs = push(moved, Priority.LOW, 40);

        queue.move(Stores.lane(moved, Priority.CRITICAL));

        // Eight for two, where it would have been one for two.
        assertThat(queue.take(50)).containsAll(jobs);
        assertThat(redis.template().opsForZSet().score("{test}:ring:LOW:acme", moved.toString()))
                .isNull();
    }

    @Test
    void movesABatchToThePriorityThatItHas() {
        BatchId batch = BatchId.create();
        List<JobId> jobs = push(batch, Priority.LOW, 2);

        queue.move(Stores.lane(batch, Priority.LOW));

        assertThat(queue.take(5)).containsExactlyElementsOf(jobs);
    }

    @Test
    void movesNothingOfABatchWithoutHints() {
        BatchId empty = BatchId.create();

        queue.move(Stores.lane(empty, Priority.HIGH));

        assertThat(redis.template().opsForZSet().score("{test}:ring:HIGH:acme", empty.toString()))
                .isNull();
    }

    @Test
    void leavesNothingBehindOfBatchesThatWereTaken() {
        push(BatchId.create(), Priority.HIGH, 3);
        push(BatchId.create(), Priority.LOW, 3);

        queue.take(6);
        queue.take(1);

        assertThat(redis.template().keys("*")).containsExactly("{test}:pass");
    }

    @Test
    void goesOnAfterRedisLostEverything() {
        push(BatchId.create(), Priority.NORMAL, 5);
        queue.take(2);

        redis.flush();

        assertThat(queue.take(5)).isEmpty();
        List<JobId> jobs = push(BatchId.create(), Priority.NORMAL, 5);
        assertThat(queue.take(5)).containsExactlyElementsOf(jobs);
    }

    @Test
    void goesOnAfterRedisForgotTheScripts() {
        List<JobId> jobs = new ArrayList<>(push(BatchId.create(), Priority.NORMAL, 5));
        queue.take(1);

        redis.forgetScripts();

        assertThat(queue.take(4)).containsExactlyElementsOf(jobs.subList(1, 5));
    }

    @Test
    void givesNoHintToTwoTakersAtATime() throws Exception {
        List<JobId> jobs = push(BatchId.create(), Priority.NORMAL, 2_000);
        Set<JobId> taken = new HashSet<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<java.util.concurrent.Callable<List<JobId>>> takers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                takers.add(() -> {
                    List<JobId> mine = new ArrayList<>();
                    for (List<JobId> some = queue.take(7); !some.isEmpty(); some = queue.take(7)) {
                        mine.addAll(some);
                    }
                    return mine;
                });
            }
            for (var each : threads.invokeAll(takers)) {
                assertThat(each.get()).allMatch(taken::add);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(taken).containsExactlyInAnyOrderElementsOf(jobs);
    }

    @Test
    void wakesWhoWaitsWhenSomethingIsPushed() throws Exception {
        CountDownLatch awake = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                queue.await(Duration.ofMinutes(1));
                awake.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();

        push(BatchId.create(), Priority.NORMAL, 1);

        assertThat(awake.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void wakesOnceForManyPushes() throws Exception {
        push(BatchId.create(), Priority.NORMAL, 1);
        push(BatchId.create(), Priority.NORMAL, 1);
        queue.await(Duration.ofMinutes(1));

        long before = System.nanoTime();
        queue.await(Duration.ofMillis(50));

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void failsAtOnceWhereNoRedisListens() {
        try (RedisAccess nowhere = RedisAccess.nowhere()) {
            QueueParts cutOff = QueueParts.on(nowhere, SETTINGS);
            JobQueue away = cutOff.queue();
            BatchId batch = BatchId.create();
            long before = System.nanoTime();

            assertThatThrownBy(() -> away.push(Stores.lane(batch, Priority.LOW), List.of(JobId.create())))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> away.take(1)).isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> away.drop(Stores.WORKSPACE, batch)).isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> away.move(Stores.lane(batch, Priority.LOW)))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> cutOff.lists().held(List.of(Stores.lane(batch, Priority.LOW))))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> cutOff.lists().hints(batch)).isInstanceOf(DataAccessException.class);

            assertThat(System.nanoTime() - before)
                    .isLessThan(Duration.ofSeconds(3).toNanos());
        }
    }

    @Test
    void failsSoonWhenRedisHangsAndGoesOnAfterIt(@TempDir Path folder) throws Exception {
        try (var server = EmbeddedRedisServer.start(folder, RealServers.binaries(), List.of());
                RedisAccess own = new RedisAccess(server.uri())) {
            QueueParts there = QueueParts.on(own, SETTINGS);
            JobQueue hanging = there.queue();
            hanging.push(Stores.lane(BatchId.create(), Priority.LOW), List.of(JobId.create(), JobId.create()));
            signal("STOP", server.pid());
            long before = System.nanoTime();

            assertThatThrownBy(() -> hanging.take(1)).isInstanceOf(DataAccessException.class);

            assertThat(System.nanoTime() - before)
                    .isLessThan(Duration.ofSeconds(8).toNanos());
            signal("CONT", server.pid());
            Awaitility.await().ignoreExceptions().until(() -> {
                there.redis().probe();
                return there.lists().hints(BatchId.create()).isEmpty();
            });
            // The take that nobody waited for any more was done all the same; its hint is lost, as hints may be.
            assertThat(hanging.take(2)).hasSizeBetween(1, 2);
        }
    }

    static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private final java.util.Map<JobId, Priority> priorities = new java.util.HashMap<>();

    private List<JobId> push(BatchId batch, Priority priority, int count) {
        List<JobId> jobs = Stream.generate(JobId::create).limit(count).toList();
        jobs.forEach(job -> priorities.put(job, priority));
        queue.push(Stores.lane(batch, priority), jobs);
        return jobs;
    }

    private long count(List<JobId> taken, Priority priority) {
        return taken.stream().filter(job -> priorities.get(job) == priority).count();
    }
}
