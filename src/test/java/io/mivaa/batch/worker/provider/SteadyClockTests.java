package io.mivaa.batch.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SteadyClockTests {

    private final Clock clock = new SteadyClock(Clock.systemUTC());

    @Test
    void goesOnFromTheTimeOfTheMachine() {
        Instant before = clock.instant();

        assertThat(Duration.between(Clock.systemUTC().instant(), before).abs()).isLessThan(Duration.ofSeconds(5));
        Awaitility.await().until(() -> clock.instant().isAfter(before.plusMillis(20)));
    }

    @Test
    void knowsNoZones() {
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
        assertThat(clock.withZone(ZoneId.of("Asia/Tokyo"))).isSameAs(clock);
    }
}
