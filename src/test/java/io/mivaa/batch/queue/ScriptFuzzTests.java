package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.Boundary;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.WatchedRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts under everything that may happen to them: random steps with lost answers, repeated requests, lost keys
 * and old snapshots, after each of which Redis must hold exactly what the {@link RingModel} holds.
 */
class ScriptFuzzTests {

    private static final int STEPS = 1_500;

    private static final RedisAccess redis = new RedisAccess(RealServers.redisUri());

    private final QueueParts parts = QueueParts.on(
            WatchedRedis.template(Objects.requireNonNull(redis.template().getConnectionFactory()), new Boundary()),
            JobQueueTests.SETTINGS);
    private final JobQueue queue = parts.queue();

    /** How a newcomer stands to the batch that was there before. */
    enum Newcomer {
        OF_THE_SAME_WORKSPACE,
        OF_ANOTHER_WORKSPACE
    }

    @AfterAll
    static void disconnect() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.flush();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void holdsWhatTheModelHoldsWhateverHappens(long seed) {
        ScriptFuzz fuzz = new ScriptFuzz(queue, parts.lists(), redis, new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            fuzz.step();
        }
        fuzz.restoreAndTakeAll();
        assertThat(fuzz.kinds()).as("kinds of steps that came up").isEqualTo(ScriptFuzz.KINDS);
    }

    @ParameterizedTest
    @EnumSource
    void servesABatchOfTenBehindAHundredThousandWithin25Dispatches(Newcomer newcomer) {
        queue.push(lane("large", Priority.NORMAL), jobs(100_000));
        queue.take(100);
        List<JobId> ten = jobs(10);

        queue.push(lane(newcomer == Newcomer.OF_THE_SAME_WORKSPACE ? "large" : "small", Priority.NORMAL), ten);

        assertThat(queue.take(25)).containsAll(ten);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40})
    void sharesByTheWeightsInEveryWindow(int want) {
        Map<String, Priority> owner = new HashMap<>();
        for (Priority priority : Priority.values()) {
            List<JobId> jobs = jobs(1_500);
            jobs.forEach(job -> owner.put(job.toString(), priority));
            queue.push(lane("acme", priority), jobs);
        }

        List<Priority> served = new ArrayList<>();
        for (int round = 0; served.size() < 1_500 && round < 1_500; round++) {
            queue.take(want).forEach(job -> served.add(Objects.requireNonNull(owner.get(job.toString()))));
        }

        assertThat(served).hasSizeGreaterThanOrEqualTo(1_500);
        for (int from = 0; from + 150 <= served.size(); from += 10) {
            List<Priority> window = served.subList(from, from + 150);
            for (Priority priority : Priority.values()) {
                int weight = JobQueueTests.SETTINGS
                        .weights()
                        .get(List.of(Priority.values()).indexOf(priority));
                assertThat(window.stream().filter(priority::equals).count())
                        .as("hints of %s from the %dth on", priority, from)
                        .isBetween(10L * weight - 2, 10L * weight + 2);
            }
        }
    }

    @Test
    void letsTheLowestPriorityGoOnUnderAFloodOfTheHighest() {
        queue.push(lane("acme", Priority.CRITICAL), jobs(2_000));
        List<JobId> low = jobs(10);
        queue.push(lane("acme", Priority.LOW), low);

        assertThat(queue.take(100)).containsAll(low);
    }

    private static Lane lane(String workspace, Priority priority) {
        return new Lane(new Workspace(workspace), BatchId.create(), priority, null);
    }

    private static List<JobId> jobs(int count) {
        return Stream.generate(JobId::create).limit(count).toList();
    }
}
