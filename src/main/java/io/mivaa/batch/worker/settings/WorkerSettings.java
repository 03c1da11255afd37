package io.mivaa.batch.worker.settings;

import io.mivaa.batch.job.FailureClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pool of worker threads.
 *
 * @param enabled whether this instance takes jobs at all; one that does not still accepts and answers
 * @param concurrency how many jobs are worked on at a time; 0 means twice the processors, so that parsing and waiting
 *     overlap with embedding
 * @param claimSize how many jobs are taken in one round trip at most
 * @param idlePoll how long an idle pool waits before it asks again, when no push of its own process wakes it
 * @param stallLimit how long no job may have been taken, though threads are free, until readiness says so and a
 *     dispatcher that hangs is replaced
 * @param lease how long an instance counts as alive after its last sign of life
 * @param heartbeat how often it gives one; at most a third of the lease
 * @param drain how long a graceful stop waits for running jobs before it hands them back
 * @param jobTimeout how long one attempt may work on its document, before the shares for its size
 * @param jobTimeoutPerMegabyte added for each megabyte of the document
 * @param jobTimeoutPerPage added for each page read so far
 * @param jobTimeoutMax how long it may take in all, whatever its size
 * @param abandonAfter how long an attempt that was told to stop may take before its thread is given up
 * @param maxAbandoned how many such threads are replaced; with more of them the instance reports that it is broken
 * @param progressEvery how often it is written down how far jobs are, and lost claims are noticed
 * @param inCallRetries short retries of one stage call within an attempt, 0 to 2
 * @param inCallRetryLimit how long these may take together, at most 2 s
 * @param memoryHighWater share of the old generation in use after a collection, from which on jobs are taken one at a
 *     time; 1 turns it off
 * @param breaker when an embedding provider is left alone
 * @param retry what happens after a failed attempt, by class
 */
@ConfigurationProperties("mivaa.worker")
public record WorkerSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0") int concurrency,
        @DefaultValue("200") int claimSize,
        @DefaultValue("200ms") Duration idlePoll,
        @DefaultValue("15s") Duration stallLimit,
        @DefaultValue("8s") Duration lease,
        @DefaultValue("2s") Duration heartbeat,
        @DefaultValue("20s") Duration drain,
        @DefaultValue("2m") Duration jobTimeout,
        @DefaultValue("1m") Duration jobTimeoutPerMegabyte,
        @DefaultValue("250ms") Duration jobTimeoutPerPage,
        @DefaultValue("30m") Duration jobTimeoutMax,
        @DefaultValue("10s") Duration abandonAfter,
        @DefaultValue("3") int maxAbandoned,
        @DefaultValue("250ms") Duration progressEvery,
        @DefaultValue("2") int inCallRetries,
        @DefaultValue("2s") Duration inCallRetryLimit,
        @DefaultValue("0.85") double memoryHighWater,
        @DefaultValue Breaker breaker,
        @DefaultValue Map<FailureClass, Changes> retry) {

    /**
     * The circuit breaker of each embedding provider.
     *
     * @param failureRate percent of the last calls that failed, from which on the provider is left alone
     * @param window how many calls the last ones are
     * @param minimumCalls how many there must be before they are judged
     * @param openTime how long the provider is left alone
     * @param halfOpenCalls how many calls, and attempts, try it then; their failures are judged in the same way
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
                throw new IllegalArgumentException("mivaa.worker.breaker needs 1 <= minimum-calls <= window <= 10000"
                        + " and half-open-calls >= 1");
            }
            if (openTime.toMillis() < 100 || openTime.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("mivaa.worker.breaker.open-time must be 100ms to 1h");
            }
        }
    }

    /**
     * What is set of a class's policy; the rest stays as it is by default for that class.
     *
     * @param attempts in all, at most
     * @param base the first delay at most
     * @param factor what it grows by
     * @param cap the longest delay at most
     */
    record Changes(
            @Nullable Integer attempts,
            @Nullable Duration base,
            @Nullable Double factor,
            @Nullable Duration cap) {

        Policy to(Policy usual) {
            return new Policy(
                    attempts == null ? usual.attempts() : attempts,
                    base == null ? usual.base() : base,
                    factor == null ? usual.factor() : factor,
                    cap == null ? usual.cap() : cap);
        }
    }

    /**
     * Attempts and delays for one class of failure. The delay before attempt n + 1 is drawn evenly from 0 to
     * {@code min(cap, base * factor^(n - 1))}: exponential with full jitter.
     *
     * @param attempts in all, at most; the batch's own maxAttempts may allow fewer
     */
    public record Policy(int attempts, Duration base, double factor, Duration cap) {

        public Policy {
            if (attempts < 1 || base.isNegative() || factor < 1 || cap.compareTo(base) < 0) {
                throw new IllegalArgumentException(
                        "a retry policy needs attempts >= 1, base >= 0, factor >= 1 and cap >= base");
            }
        }
    }

    private static final Map<FailureClass, Policy> DEFAULTS = Map.of(
            FailureClass.TRANSIENT, new Policy(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(5)),
            FailureClass.RATE_LIMITED, new Policy(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(5)),
            FailureClass.TIMEOUT, new Policy(2, Duration.ofSeconds(5), 2, Duration.ofMinutes(5)),
            FailureClass.RESOURCE, new Policy(3, Duration.ofSeconds(15), 2, Duration.ofMinutes(5)),
            FailureClass.INTERNAL, new Policy(3, Duration.ofSeconds(2), 2, Duration.ofMinutes(5)));

    public WorkerSettings {
        concurrency = concurrency == 0 ? 2 * Runtime.getRuntime().availableProcessors() : concurrency;
        if (concurrency < 1 || concurrency > 1024 || claimSize < 1 || claimSize > 500) {
            throw new IllegalArgumentException("mivaa.worker.concurrency must be 1 to 1024 and claim-size 1 to 500: "
                    + concurrency + ", " + claimSize);
        }
        if (heartbeat.multipliedBy(3).compareTo(lease) > 0) {
            throw new IllegalArgumentException("mivaa.worker.heartbeat must be at most a third of the lease");
        }
        if (inCallRetries < 0 || inCallRetries > 2 || inCallRetryLimit.compareTo(Duration.ofSeconds(2)) > 0) {
            throw new IllegalArgumentException(
                    "mivaa.worker.in-call-retries must be 0 to 2 and in-call-retry-limit at most 2s;"
                            + " longer waits belong to the queue");
        }
        if (idlePoll.toMillis() < 10 || heartbeat.toMillis() < 10 || progressEvery.toMillis() < 10) {
            throw new IllegalArgumentException(
                    "mivaa.worker.idle-poll, heartbeat and progress-every must be at least 10ms");
        }
        if (stallLimit.compareTo(idlePoll.multipliedBy(2)) < 0 || stallLimit.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "mivaa.worker.stall-limit must be at least 100ms and twice the idle-poll: " + stallLimit);
        }
        if (drain.isNegative() || abandonAfter.isNegative() || maxAbandoned < 0) {
            throw new IllegalArgumentException(
                    "mivaa.worker.drain, abandon-after and max-abandoned must not be negative");
        }
        if (memoryHighWater <= 0 || memoryHighWater > 1) {
            throw new IllegalArgumentException("mivaa.worker.memory-high-water must be above 0 and at most 1");
        }
        new TimeLimit(jobTimeout, jobTimeoutPerMegabyte, jobTimeoutPerPage, jobTimeoutMax);
        retry = Map.copyOf(retry);
        policies(retry);
    }

    /** By class of failure; a class that is not there is given up at once. */
    public Map<FailureClass, Policy> policies() {
        return policies(retry);
    }

    private static Map<FailureClass, Policy> policies(Map<FailureClass, Changes> changes) {
        Map<FailureClass, Policy> policies = new EnumMap<>(DEFAULTS);
        changes.forEach((failureClass, changed) -> {
            Policy usual = DEFAULTS.get(failureClass);
            if (usual == null) {
                throw new IllegalArgumentException("mivaa.worker.retry: " + failureClass + " is never tried again");
            }
            policies.put(failureClass, changed.to(usual));
        });
        return Map.copyOf(policies);
    }

    public TimeLimit timeLimit() {
        return new TimeLimit(jobTimeout, jobTimeoutPerMegabyte, jobTimeoutPerPage, jobTimeoutMax);
    }
}
