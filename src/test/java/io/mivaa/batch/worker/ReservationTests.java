package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReservationTests {

    private final Reservation reservation = new Reservation(3);

    @Test
    void keepsItsSlotsOnceItHasEnded() {
        assertThat(reservation.end()).isTrue();

        assertThat(reservation.revoke()).isFalse();
        assertThat(reservation.end()).as("asked again").isTrue();
    }

    @Test
    void losesItsSlotsOnceToWhoeverWasFaster() {
        assertThat(reservation.revoke()).isTrue();

        assertThat(reservation.end()).isFalse();
        assertThat(reservation.revoke()).as("by another one").isFalse();
    }

    @Test
    void saysHowManySlotsItHas() {
        reservation.use();

        assertThat(reservation.slots()).isEqualTo(3);
        assertThat(reservation.unused()).isEqualTo(2);
    }
}
