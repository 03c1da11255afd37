package io.mivaa.batch.worker.settings;

import io.mivaa.batch.job.FailureClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attempts and delays for one class of failure. The delay before attempt n + 1 is drawn evenly from 0 to
 * {@code min(cap, base * factor^(n - 1))}: exponential backoff with full jitter.
 *
 * @param attempts the most attempts of a job; its batch's maxAttempts may allow fewer
 * @param base the longest delay before the second attempt
 * @param factor by which that grows with each attempt
 * @param cap the longest delay of all
 */
public record Policy(int attempts, Duration base, double factor, Duration cap) {

    private static final Map<FailureClass, Policy> DEFAULTS = Map.of(
            FailureClass.TRANSIENT, new Policy(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(5)),
            FailureClass.RATE_LIMITED, new Policy(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(5)),
            FailureClass.TIMEOUT, new Policy(2, Duration.ofSeconds(5), 2, Duration.ofMinutes(5)),
            FailureClass.RESOURCE, new Policy(3, Duration.ofSeconds(15), 2, Duration.ofMinutes(5)),
            FailureClass.INTERNAL, new Policy(3, Duration.ofSeconds(2), 2, Duration.ofMinutes(5)));

    public Policy {
        if (attempts < 1 || base.isNegative() || factor < 1 || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "a retry policy needs attempts >= 1, base >= 0, factor >= 1 and cap >= base");
        }
    }

    /**
     * Changes to the default policy of a class; null keeps the default.
     *
     * @param attempts the most attempts of a job
     * @param base the longest delay before the second attempt
     * @param factor by which that grows with each attempt
     * @param cap the longest delay of all
     */
    public record Changes(
            @Nullable Integer attempts,
            @Nullable Duration base,
            @Nullable Double factor,
            @Nullable Duration cap) {

        private Policy to(Policy usual) {
            return new Policy(
                    attempts == null ? usual.attempts : attempts,
                    base == null ? usual.base : base,
                    factor == null ? usual.factor : factor,
                    cap == null ? usual.cap : cap);
        }
    }

    /**
     * The policies by class of failure. A class without one is never retried.
     *
     * @throws IllegalArgumentException if a class is changed that is never retried
     */
    static Map<FailureClass, Policy> all(Map<FailureClass, Changes> changes) {
        Map<FailureClass, Policy> policies = new EnumMap<>(DEFAULTS);
        changes.forEach((failureClass, changed) -> {
            Policy usual = DEFAULTS.get(failureClass);
            if (usual == null) {
                throw new IllegalArgumentException("mivaa.worker.retry: " + failureClass + " is never retried");
            }
            policies.put(failureClass, changed.to(usual));
        });
        return Map.copyOf(policies);
    }
}
