package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTests {

    private final Round round = new Round(3);

    @Test
    void keepsItsSlotsOnceItHasEnded() {
        assertThat(round.end()).isTrue();

        assertThat(round.revoke()).isFalse();
        assertThat(round.end()).as("asked again").isTrue();
    }

    @Test
    void losesItsSlotsOnceToWhoeverWasFaster() {
        assertThat(round.revoke()).isTrue();

        assertThat(round.end()).isFalse();
        assertThat(round.revoke()).as("by another one").isFalse();
    }

    @Test
    void saysHowManySlotsItHas() {
        assertThat(round.slots()).isEqualTo(3);
    }
}
