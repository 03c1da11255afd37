package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SteadinessTests {

    private long now = -1;
    private boolean away;
    private Duration takes = Duration.ZERO;

    private final Steadiness steadiness = new Steadiness(this::answer, Duration.ofSeconds(5), () -> now);

    @Test
    void holdsAfterFiveSecondsOfAnswers() {
        assertThat(steadiness.holds()).isFalse();
        for (int second = 1; second <= 4; second++) {
            assertThat(holdsAfter(1)).as("after %d s", second).isFalse();
        }

        assertThat(holdsAfter(1)).isTrue();
        assertThat(holdsAfter(1)).isTrue();
    }

    @Test
    void beginsAgainAfterAQuestionWithoutAnAnswer() {
        steady();
        away = true;
        assertThatIllegalStateException().isThrownBy(() -> holdsAfter(1));
        away = false;

        assertThat(holdsAfter(1)).isFalse();
        assertThat(holdsAfter(4)).isFalse();
        assertThat(holdsAfter(1)).isTrue();
    }

    @Test
    void beginsAgainAfterAnAnswerThatTookTooLong() {
        steady();
        takes = Duration.ofSeconds(6);
        assertThat(holdsAfter(0)).isFalse();
        takes = Duration.ZERO;

        assertThat(holdsAfter(4)).isFalse();
        assertThat(holdsAfter(1)).isTrue();
    }

    @Test
    void beginsAgainWhenNobodyAskedForTooLong() {
        steady();

        assertThat(holdsAfter(6)).isFalse();
        assertThat(holdsAfter(5)).isTrue();
    }

    private void steady() {
        steadiness.holds();
        assertThat(holdsAfter(5)).isTrue();
    }

    private boolean holdsAfter(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
        return steadiness.holds();
    }

    private void answer() {
        if (away) {
            throw new IllegalStateException("away");
        }
        now += takes.toNanos();
    }
}
