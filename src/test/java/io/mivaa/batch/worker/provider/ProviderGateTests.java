package io.mivaa.batch.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.worker.attempt.Bench;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProviderGateTests {

    private static final Duration OPEN = Duration.ofSeconds(15);

    private final Hand clock = new Hand();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ProviderGate gate =
            new ProviderGate("remote", Bench.settings().breaker(), clock, new Random(3), meters);

    /** A clock that is moved by hand. */
    private static final class Hand extends Clock {
        private Instant now = Instant.parse("2030-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    @Test
    void opensAfterFiveFailuresAndParksWithTheLastOfThem() {
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(this::fail).isNotInstanceOf(Parked.class);
        }
        assertThat(gate.state()).isEqualTo("closed");

        Parked parked = parked(this::fail);

        assertThat(parked.getCause()).isInstanceOf(TransientFailure.class);
        assertThat(delay(parked)).isBetween(OPEN, OPEN.plusMillis(500));
        assertThat(gate.state()).isEqualTo("open");
        assertThat(state()).isEqualTo(2);
        assertThat(counted("breaker")).isEqualTo(1);
    }

    @Test
    void neitherLetsAnybodyInNorCallsWhileItIsOpen() {
        open();
        clock.pass(Duration.ofSeconds(5));
        AtomicInteger calls = new AtomicInteger();

        assertThat(delay(parked(() -> through(calls::incrementAndGet))))
                .isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_500));
        assertThat(delay(parked(() -> gate.call(calls::incrementAndGet))))
                .isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_500));
        assertThat(calls).hasValue(0);
    }

    @Test
    void letsAFewTryItWhenTheTimeIsOverAndThenEverybody() {
        open();
        clock.pass(OPEN.plusMillis(1));

        through(() -> {
            assertThat(gate.state()).isEqualTo("open");
            gate.call(() -> "there");
            assertThat(gate.state()).isEqualTo("half-open");
            assertThat(state()).isEqualTo(1);
            return through(() -> {
                parked(() -> through(() -> "a third"));
                return gate.call(() -> "there");
            });
        });

        assertThat(gate.state()).isEqualTo("closed");
        assertThat(through(() -> through(() -> through(() -> "everybody")))).isEqualTo("everybody");
    }

    @Test
    void letsOthersWaitAsLongAgainAsTheTrialHasLasted() {
        open();
        clock.pass(OPEN.plusMillis(50));
        assertThat(delay(whileTried())).isBetween(Duration.ofMillis(200), Duration.ofMillis(700));
        clock.pass(Duration.ofSeconds(4));
        assertThat(delay(whileTried())).isBetween(Duration.ofMillis(4_050), Duration.ofMillis(4_550));
        clock.pass(Duration.ofHours(1));
        assertThat(delay(whileTried())).isBetween(OPEN, OPEN.plusMillis(500));
    }

    @Test
    void letsAnotherTryItWhenThoseWhoDidDoNotComeBack() {
        open();
        clock.pass(OPEN.plusMillis(1));

        String answer = through(() -> through(() -> {
            parked(() -> through(() -> "a third"));
            clock.pass(OPEN.plusMillis(1));
            return through(() -> gate.call(() -> "there"));
        }));

        assertThat(answer).isEqualTo("there");
    }

    @Test
    void letsABacklogReturnAtAPace() {
        open();

        List<Duration> delays = IntStream.range(0, 2_000)
                .mapToObj(n -> delay(parked(() -> through(() -> "too early"))))
                .toList();

        assertThat(delays.subList(0, 400)).allSatisfy(delay -> assertThat(delay).isBetween(OPEN, OPEN.plusMillis(500)));
        assertThat(delays.get(1_999)).isBetween(OPEN.plusSeconds(3), OPEN.plusMillis(3_510));
    }

    @Test
    void parksWhoFailedInTryingAndOpensAgain() {
        open();
        clock.pass(OPEN.plusMillis(1));

        parked(() -> through(() -> call(this::failing)));
        assertThat(gate.state()).isEqualTo("half-open");
        parked(() -> through(() -> call(this::failing)));

        assertThat(gate.state()).isEqualTo("open");
        parked(() -> through(() -> "too early"));
    }

    @Test
    void givesAPlaceBackWhenAnAttemptEndsWithoutACall() {
        open();
        clock.pass(OPEN.plusMillis(1));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> through(() -> {
                        throw new Rejected("empty-document", "There is nothing in it.");
                    }))
                    .isInstanceOf(Rejected.class);
        }

        through(() -> gate.call(() -> "one"));
        through(() -> gate.call(() -> "two"));

        assertThat(gate.state()).isEqualTo("closed");
    }

    @Test
    void countsNeitherRefusalsNorInterruptsNorErrors() {
        for (int i = 0; i < 10; i++) {
            failWith(new Rejected("unusable-vector", "No."));
            failWith(new CancellationException("interrupted"));
            failWith(new OutOfMemoryError());
        }
        assertThat(gate.state()).isEqualTo("closed");

        open();
        clock.pass(OPEN.plusMillis(1));
        for (int i = 0; i < 10; i++) {
            failWith(new OutOfMemoryError());
        }
        gate.call(() -> "one");
        gate.call(() -> "two");

        assertThat(gate.state()).isEqualTo("closed");
    }

    @Test
    void holdsEverybodyBackAsLongAsTheProviderAsked() {
        TransientFailure limit = new TransientFailure("limit", "Slow.", Duration.ofSeconds(30), null);

        failWith(limit);

        assertThat(gate.state()).isEqualTo("rate-limited");
        assertThat(state()).isEqualTo(2);
        assertThat(delay(parked(() -> through(() -> "x"))))
                .isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_500));
        parked(() -> gate.call(() -> "x"));
        assertThat(counted("rate_limit")).isEqualTo(2);
        assertThat(counted("breaker")).isZero();
        clock.pass(Duration.ofSeconds(30));
        assertThat(gate.call(() -> "again")).isEqualTo("again");
        assertThat(gate.state()).isEqualTo("closed");
    }

    @Test
    void parksAtNoCostWhoIsOutOfTurnByOurOwnLimits() {
        Parked parked = parked(() -> gate.call(() -> {
            throw new OutOfTurn("p", Duration.ofSeconds(9));
        }));

        assertThat(delay(parked)).isBetween(Duration.ofSeconds(9), Duration.ofMillis(9500));
        assertThat(gate.state()).isEqualTo("rate-limited");
        assertThat(counted("breaker")).isZero();
    }

    @Test
    void keepsTheLongerOfTwoTimesAndDoesNotOpen() {
        failWithin(Duration.ofSeconds(3), () -> failWithin(Duration.ofSeconds(30), () -> {}));

        clock.pass(Duration.ofSeconds(29));
        assertThat(gate.state()).isEqualTo("rate-limited");
        clock.pass(Duration.ofSeconds(1));
        assertThat(gate.state()).isEqualTo("closed");
    }

    /** A call that is under way while something else happens, and then is told to come back later. */
    private void failWithin(Duration retryAfter, Runnable meanwhile) {
        assertThatThrownBy(() -> gate.call(() -> {
                    meanwhile.run();
                    throw new TransientFailure("limit", "Slow.", retryAfter, null);
                }))
                .isNotInstanceOf(Parked.class);
    }

    private Parked whileTried() {
        return through(() -> through(() -> parked(() -> through(() -> "a third"))));
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(this::fail).isInstanceOf(TransientFailure.class);
        }
        assertThat(gate.state()).isEqualTo("open");
    }

    private void fail() {
        call(this::failing);
    }

    private String failing() {
        throw new TransientFailure("embedding-failed", "503", null);
    }

    private String call(Supplier<String> call) {
        return gate.call(call);
    }

    private void failWith(Throwable failure) {
        assertThatThrownBy(() -> gate.call(() -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) failure;
                }))
                .isSameAs(failure);
    }

    private <T> T through(ProviderGate.Work<T> work) {
        try {
            return gate.through(work);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Parked parked(Runnable what) {
        try {
            what.run();
        } catch (Parked parked) {
            return parked;
        }
        throw new AssertionError("was not parked");
    }

    private static Duration delay(Parked parked) {
        return Objects.requireNonNull(parked.retryAfter());
    }

    private double state() {
        return meters.get("mivaa.provider.state").gauge().value();
    }

    private double counted(String reason) {
        return meters.get("mivaa.jobs.parked").tag("reason", reason).counter().count();
    }
}
