package io.mivaa.batch.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitTests {

    private static final long MEGABYTE = 1024 * 1024;

    private final TimeLimit limit =
            new TimeLimit(Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(60));

    @Test
    void growsWithTheSizeOfTheDocument() {
        assertThat(limit.of(0, null)).isEqualTo(Duration.ofSeconds(10));
        assertThat(limit.of(MEGABYTE / 2, null)).isEqualTo(Duration.ofSeconds(12));
        assertThat(limit.of(3 * MEGABYTE, null)).isEqualTo(Duration.ofSeconds(22));
    }

    @Test
    void growsWithThePagesReadSoFar() {
        assertThat(limit.of(0, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(limit.of(MEGABYTE, 7)).isEqualTo(Duration.ofSeconds(21));
    }

    @Test
    void growsNoFurtherThanItsCap() {
        assertThat(limit.of(0, 49)).isEqualTo(Duration.ofSeconds(59));
        assertThat(limit.of(0, 50)).isEqualTo(Duration.ofSeconds(60));
        assertThat(limit.of(Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(60));
    }
}
