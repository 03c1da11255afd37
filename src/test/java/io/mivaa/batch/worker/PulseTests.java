package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PulseTests {

    private long now = 5;
    private final Pulse pulse = new Pulse(Duration.ofSeconds(15), () -> now);

    @Test
    void isNoStallBeforeTheLimit() {
        pass(15);

        assertThat(pulse.stalled()).isFalse();
        assertThat(pulse.hangs()).isFalse();
    }

    @Test
    void stallsWhenNoRoundHasSucceededForTooLong() {
        pass(10);
        pulse.begun();
        pulse.ended(false);
        pass(6);

        assertThat(pulse.stalled()).isTrue();
        assertThat(pulse.hangs()).isFalse();
    }

    @Test
    void hangsWhenOneRoundTakesTooLong() {
        pulse.begun();
        pass(16);

        assertThat(pulse.hangs()).isTrue();
        assertThat(pulse.stalled()).isTrue();
    }

    @Test
    void goesOnAfterARoundThatSucceeded() {
        pass(20);
        pulse.begun();
        pulse.ended(true);

        assertThat(pulse.stalled()).isFalse();
    }

    @Test
    void isNoStallWhileAllThreadsAreAtWork() {
        pulse.waitsForThread();
        pass(100);
        assertThat(pulse.stalled()).isFalse();

        pulse.begun();

        assertThat(pulse.stalled()).isFalse();
        pass(16);
        assertThat(pulse.stalled()).isTrue();
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
