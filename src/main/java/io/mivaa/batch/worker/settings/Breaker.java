package io.mivaa.batch.worker.settings;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The circuit breaker of each embedding provider.
 *
 * @param failureRate percentage of failed calls among the last ones that opens the breaker
 * @param window how many of the last calls count
 * @param minimumCalls how many calls there must be before the rate counts
 * @param openTime how long the provider is not called once the breaker is open
 * @param halfOpenCalls how many calls, and attempts, probe it afterwards; the same rate decides about them
 */
public record Breaker(
        @DefaultValue("50") int failureRate,
        @DefaultValue("10") int window,
        @DefaultValue("5") int minimumCalls,
        @DefaultValue("15s") Duration openTime,
        @DefaultValue("2") int halfOpenCalls) {

    public Breaker {
        if (failureRate < 1 || failureRate > 100) {
            throw new IllegalArgumentException("mivaa.worker.breaker.failure-rate must be 1 to 100");
        }
        if (minimumCalls < 1 || window < minimumCalls || window > 10_000 || halfOpenCalls < 1) {
            throw new IllegalArgumentException(
                    "mivaa.worker.breaker needs 1 <= minimum-calls <= window <= 10000" + " and half-open-calls >= 1");
        }
        if (openTime.toMillis() < 100 || openTime.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("mivaa.worker.breaker.open-time must be 100ms to 1h");
        }
    }
}
