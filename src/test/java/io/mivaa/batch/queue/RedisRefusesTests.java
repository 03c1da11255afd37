package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.testkit.OwnRedis;
import io.mivaa.batch.testkit.Stores;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;

/** A Redis that is there and says no, or says nothing: it counts as away, and work goes on from PostgreSQL. */
class RedisRefusesTests {

    private static final int PASSES = 4;

    private final Stores stores = new Stores();
    private OwnRedis redis;
    private Crew crew;

    @BeforeEach
    void start(@TempDir Path folder) {
        redis = new OwnRedis(folder);
        crew = new Crew(stores, redis.uri());
        crew.reconciler.reconcileOnSchedule();
    }

    @AfterEach
    void end() {
        crew.close();
        redis.close();
    }

    @Test
    void takesFromPostgresWhatAFullRedisDidNotTake() {
        Accepted before = accept(2);
        push(before);
        redis.say("CONFIG SET maxmemory 1");
        Accepted refused = accept(6);

        assertThatThrownBy(() -> push(refused))
                .isInstanceOf(DataAccessException.class)
                .rootCause()
                .hasMessageContaining("OOM");
        List<Claim> claimed = new ArrayList<>(crew.claim(2));
        assertThat(claimed).as("of the lists").extracting(Claim::job).containsExactlyElementsOf(before.queued());
        claimed.addAll(crew.claim(3));

        assertThat(claimed).as("of PostgreSQL").hasSize(5);
        assertThat(crew.degraded()).isTrue();
        redis.say("CONFIG SET maxmemory 0");
        claimed.addAll(crew.work(PASSES));
        assertThat(crew.degraded()).isFalse();
        assertThat(crew.restored()).isEqualTo(3);
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(jobs(before, refused));
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void restoresHintsThatWereEvictedThoughEvictionGoesOn() {
        List<Accepted> batches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Accepted batch = accept(5);
            push(batch);
            batches.add(batch);
        }
        redis.say("CONFIG SET maxmemory-policy allkeys-lru");
        redis.say("CONFIG SET maxmemory-samples 10");
        redis.say("CONFIG SET maxmemory " + (usedMemory() + (512 << 10)));
        evictEverythingBy(batches);

        List<Claim> claimed = crew.work(PASSES);

        assertThat(crew.restored()).isPositive();
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(jobs(batches));
        crew.redis.template().delete(crew.redis.template().keys("noise*"));
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void goesOnFromPostgresWhileAScriptKeepsRedisBusy() throws Exception {
        Accepted batch = accept(6);
        push(batch);
        redis.say("CONFIG SET lua-time-limit 20");
        List<Claim> claimed = new ArrayList<>();
        try (Socket script = redis.sayAndGoOn("EVAL \"while true do end\" 0")) {
            Awaitility.await().until(() -> redis.say("PING").startsWith("-BUSY"));
            assertThatThrownBy(() -> crew.queue.take(1)).rootCause().hasMessageContaining("BUSY");

            claimed.addAll(crew.claim(2));

            assertThat(claimed).hasSize(2);
            assertThat(crew.degraded()).isTrue();
            redis.say("SCRIPT KILL");
            assertThat(script.isConnected()).isTrue();
        }
        Awaitility.await().until(() -> redis.say("PING").equals("+PONG"));
        claimed.addAll(crew.work(PASSES));
        assertThat(crew.degraded()).isFalse();
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(batch.queued());
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void goesOnFromPostgresWhileRedisMayOnlyBeRead() {
        Accepted batch = accept(6);
        push(batch);
        redis.say("REPLICAOF 127.0.0.1 1");
        assertThatThrownBy(() -> crew.queue.take(1)).rootCause().hasMessageContaining("READONLY");

        List<Claim> claimed = new ArrayList<>(crew.claim(2));

        assertThat(claimed).hasSize(2);
        assertThat(crew.degraded()).isTrue();
        redis.say("REPLICAOF NO ONE");
        claimed.addAll(crew.work(PASSES));
        assertThat(crew.degraded()).isFalse();
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(batch.queued());
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    /** It answers every question, and its lists are empty because nobody can push. */
    @Test
    void takesAnEmptyRedisThatMayOnlyBeReadForAwayToo() {
        redis.say("REPLICAOF 127.0.0.1 1");
        Accepted batch = accept(3);
        assertThatThrownBy(() -> push(batch)).isInstanceOf(DataAccessException.class);

        List<Claim> claimed = crew.claim(5);

        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(batch.queued());
        assertThat(crew.degraded()).isTrue();
        redis.say("REPLICAOF NO ONE");
        assertThat(crew.claim(5)).isEmpty();
        assertThat(crew.degraded()).isFalse();
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void findsOutWhetherAnEmptyRedisTakesWritesWithoutWritingAnything() {
        redis.writeAtOnce();
        redis.say("REPLICAOF 127.0.0.1 1");
        Accepted batch = accept(1);
        assertThatThrownBy(() -> push(batch)).isInstanceOf(DataAccessException.class);
        redis.say("REPLICAOF NO ONE");
        long written = redis.written();

        assertThat(crew.queue.take(1)).isEmpty();
        assertThat(crew.queue.take(1)).isEmpty();

        assertThat(redis.written()).isEqualTo(written);
        assertThat(crew.redis.template().keys("*")).isEmpty();
    }

    @Test
    void goesOnFromPostgresWhileRedisIsFrozenAndGetsOverTheTakeThatItDidTooLate() {
        Accepted batch = accept(8);
        push(batch);
        assertThat(crew.queue.take(0)).isEmpty();
        redis.freeze();
        long start = System.nanoTime();

        List<Claim> claimed = new ArrayList<>(crew.claim(3));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(claimed).hasSize(3);
        assertThat(crew.degraded()).isTrue();
        redis.thaw();
        crew.awaitRedis();
        // What the client gave up was done when it thawed: hints are gone of jobs that nobody has claimed.
        Awaitility.await().until(() -> crew.lists.hints(batch.batch()).size() == 5);
        claimed.addAll(crew.work(PASSES));
        assertThat(crew.degraded()).isFalse();
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(batch.queued());
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    /** Until no hint of some of these is left, and the places of others may be gone as well. */
    private void evictEverythingBy(List<Accepted> batches) {
        String page = "x".repeat(16 << 10);
        for (int i = 0; i < 2_000 && batches.stream().anyMatch(this::hasHints); i++) {
            crew.redis.template().opsForValue().set("noise" + i, page);
        }
        assertThat(batches).noneMatch(this::hasHints);
    }

    private boolean hasHints(Accepted batch) {
        return Boolean.TRUE.equals(crew.redis.template().hasKey("{test}:jobs:" + batch.batch()));
    }

    private long usedMemory() {
        return Long.parseLong(crew.redis.template().execute((RedisCallback<String>)
                connection -> connection.serverCommands().info("memory").getProperty("used_memory")));
    }

    private Accepted accept(int documents) {
        return stores.accept(
                Priority.NORMAL,
                IntStream.range(0, documents)
                        .mapToObj(i -> Stores.document("document " + i))
                        .toList());
    }

    private void push(Accepted batch) {
        crew.queue.push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
    }

    private static List<JobId> jobs(Accepted... batches) {
        return jobs(List.of(batches));
    }

    private static List<JobId> jobs(List<Accepted> batches) {
        return batches.stream().flatMap(batch -> batch.queued().stream()).toList();
    }
}
