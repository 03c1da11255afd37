package io.mivaa.batch.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryAfterTests {

    private static final String NOON = "Sun, 06 Nov 1994 12:00:00 GMT";
    private static final String A_MINUTE_LATER = "Sun, 06 Nov 1994 12:01:00 GMT";

    @Test
    void readsSeconds() {
        assertThat(read(Map.of("Retry-After", " 120 "))).contains(Duration.ofMinutes(2));
        assertThat(read(Map.of("Retry-After", "0"))).contains(Duration.ZERO);
    }

    @Test
    void comparesADateWithTheDateOfTheResponse() {
        assertThat(read(Map.of("Retry-After", A_MINUTE_LATER, "Date", NOON))).contains(Duration.ofMinutes(1));
        assertThat(read(Map.of("Retry-After", NOON, "Date", A_MINUTE_LATER)))
                .as("a date that has passed")
                .contains(Duration.ZERO);
    }

    @Test
    void knowsNothingWithoutAReadableValue() {
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(Map.of("Retry-After", "soon"))).isEmpty();
        assertThat(read(Map.of("Retry-After", "-1"))).isEmpty();
        assertThat(read(Map.of("Retry-After", "12345678901"))).isEmpty();
        assertThat(read(Map.of("Retry-After", A_MINUTE_LATER))).isEmpty();
        assertThat(read(Map.of("Retry-After", A_MINUTE_LATER, "Date", "today"))).isEmpty();
    }

    private static Optional<Duration> read(Map<String, String> headers) {
        return RetryAfter.of(name -> Optional.ofNullable(headers.get(name)));
    }
}
