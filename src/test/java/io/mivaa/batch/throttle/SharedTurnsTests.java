package io.mivaa.batch.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.ProviderTurns.Rate;
import io.mivaa.batch.queue.HandDrivenAvailability;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SharedTurnsTests {

    private static final Stores STORES = new Stores();
    private static final RedisAccess REDIS = new RedisAccess(RealServers.redisUri());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Long> slept = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong nanos = new AtomicLong();

    @AfterAll
    static void close() {
        REDIS.close();
    }

    private SharedTurns turns(RedisAccess redis, String prefix) {
        return turns(redis, new HandDrivenAvailability(redis, nanos::get), prefix);
    }

    private SharedTurns turns(RedisAccess redis, HandDrivenAvailability availability, String prefix) {
        return new SharedTurns(
                redis.template(),
                availability.get(),
                prefix,
                STORES.instances(),
                new ThrottleSettings(Duration.ofSeconds(2), Duration.ofSeconds(5)),
                meters,
                nanos::get,
                slept::add);
    }

    @Test
    void severalInstancesTogetherSendNoMoreThanTheLimit() throws Exception {
        Rate rate = new Rate(6000, null);
        long start = System.nanoTime();
        ExecutorService instances = Executors.newFixedThreadPool(3);
        int granted = 0;
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                SharedTurns turns = turns(REDIS, "several");
                counts.add(instances.submit(() -> {
                    int taken = 0;
                    while (taken < 2000) {
                        try {
                            turns.take("p", rate, 10);
                            taken++;
                        } catch (OutOfTurn full) {
                            return taken;
                        }
                    }
                    return taken;
                }));
            }
            for (Future<Integer> count : counts) {
                granted += count.get();
            }
        } finally {
            instances.shutdownNow();
        }
        double seconds = (System.nanoTime() - start) / 1e9;

        // A tenth at once, what the longest wait reaches ahead, and what time has brought meanwhile.
        assertThat(granted).isBetween(600 + 170, (int) (600 + 91 * (2 + seconds) + 3));
        assertThat(slept).isNotEmpty().allSatisfy(millis -> assertThat(millis).isBetween(1L, 2000L));
    }

    @Test
    void saysWhenATurnIsTooFarAwayToWaitForIt() {
        SharedTurns turns = turns(REDIS, "far");
        Rate rate = new Rate(null, 60);
        turns.take("p", rate, 6);

        assertThatExceptionOfType(OutOfTurn.class)
                .isThrownBy(() -> turns.take("p", rate, 6))
                .satisfies(refused ->
                        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7)));
        turns.take("other", rate, 6);
        assertThat(meters.counter("mivaa.throttle.refused").count()).isEqualTo(1);
    }

    @Test
    void whatOneInstanceIsToldToWaitTheOthersWaitToo() {
        turns(REDIS, "hold").hold("p", Duration.ofSeconds(30));
        turns(REDIS, "hold").hold("p", Duration.ofSeconds(1));

        assertThatExceptionOfType(OutOfTurn.class)
                .isThrownBy(() -> turns(REDIS, "hold").take("p", Rate.UNLIMITED, 1))
                .satisfies(refused ->
                        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(28), Duration.ofSeconds(30)));
        turns(REDIS, "hold").take("other", Rate.UNLIMITED, 1);
    }

    @Test
    void leavesNothingInRedisForEver() {
        SharedTurns turns = turns(REDIS, "expires");
        turns.take("p", new Rate(10, 10), 1);
        assertThat(REDIS.template().getExpire("expires:turns:p")).isBetween(60L, 70L);
        turns.hold("p", Duration.ofMinutes(10));

        assertThat(REDIS.template().getExpire("expires:turns:p")).isBetween(650L, 661L);
    }

    @Test
    void keepsToItsShareWhileRedisIsAway() {
        for (int i = 0; i < 2; i++) {
            STORES.instances().register(InstanceId.create(), "host", 1, 1, Duration.ofMinutes(5));
        }
        STORES.instances().register(InstanceId.create(), "dead", 1, 1, Duration.ofMillis(-5));
        try (RedisAccess nowhere = RedisAccess.nowhere()) {
            SharedTurns turns = turns(nowhere, "away");
            int taken = 0;
            try {
                while (taken < 100) {
                    turns.take("p", new Rate(600, null), 1);
                    taken++;
                }
            } catch (OutOfTurn full) {
                assertThat(full.retryAfter()).isGreaterThan(Duration.ofSeconds(2));
            }

            // Half of the limit: a tenth of it at once, and five a second for as long as one may wait.
            assertThat(taken).isBetween(38, 41);
            turns.hold("held", Duration.ofMinutes(1));
            assertThatExceptionOfType(OutOfTurn.class).isThrownBy(() -> turns.take("held", Rate.UNLIMITED, 1));
        }
    }

    @Test
    void asksRedisAgainWhenItAnswersAndThePauseIsOver() {
        var availability = new HandDrivenAvailability(REDIS, nanos::get);
        SharedTurns turns = turns(REDIS, availability, "back");
        availability.fail();
        turns.take("p", Rate.UNLIMITED, 1);
        turns.hold("q", Duration.ofSeconds(1));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        availability.probe();
        turns.take("p", Rate.UNLIMITED, 1);
        assertThat(REDIS.template().keys("back:*")).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        turns.take("p", Rate.UNLIMITED, 1);

        assertThat(REDIS.template().hasKey("back:turns:p")).isTrue();
    }

    @Test
    void doesNotAskRedisBeforeItAnswers() {
        var availability = new HandDrivenAvailability(REDIS, nanos::get);
        SharedTurns turns = turns(REDIS, availability, "silent");
        availability.fail();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());

        turns.take("p", Rate.UNLIMITED, 1);

        assertThat(REDIS.template().keys("silent:*")).isEmpty();
    }

    @Test
    void stopsWaitingWhenItIsInterrupted() {
        SharedTurns turns = new SharedTurns(
                REDIS.template(),
                new HandDrivenAvailability(REDIS, nanos::get).get(),
                "interrupted",
                STORES.instances(),
                new ThrottleSettings(Duration.ofSeconds(30), Duration.ofSeconds(5)),
                meters,
                nanos::get,
                millis -> {
                    throw new InterruptedException();
                });
        turns.take("p", new Rate(10, null), 1);

        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> turns.take("p", new Rate(10, null), 1));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesSettingsThatCannotWork() {
        Duration pause = Duration.ofSeconds(5);
        for (Duration wait : List.of(Duration.ofMillis(-1), Duration.ofMillis(60_001))) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> new ThrottleSettings(wait, pause));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ThrottleSettings(pause, Duration.ofMillis(-1)));
    }
}
