package io.mivaa.batch.worker;

import io.mivaa.batch.job.FailureClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
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
 * @param retry what happens after a failed attempt, by class; classes without an entry are given up at once
 */
@ConfigurationProperties("mivaa.worker")
record WorkerSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0") int concurrency,
        @DefaultValue("50") int claimSize,
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
        @DefaultValue Map<FailureClass, Policy> retry) {

    /**
     * Attempts and delays for one class of failure. The delay before attempt n + 1 is drawn evenly from 0 to
     * {@code min(cap, base * factor^(n - 1))}: exponential with full jitter.
     *
     * @param attempts in all, at most; the batch's own maxAttempts may allow fewer
     */
    record Policy(
            @DefaultValue("5") int attempts,
            @DefaultValue("1s") Duration base,
            @DefaultValue("2") double factor,
            @DefaultValue("5m") Duration cap) {

        Policy {
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

    WorkerSettings {
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
        if (drain.isNegative() || abandonAfter.isNegative() || maxAbandoned < 0) {
            throw new IllegalArgumentException(
                    "mivaa.worker.drain, abandon-after and max-abandoned must not be negative");
        }
        if (retry.containsKey(FailureClass.INVALID_INPUT)) {
            throw new IllegalArgumentException("mivaa.worker.retry.invalid-input: such a document never succeeds");
        }
        Map<FailureClass, Policy> policies = new EnumMap<>(DEFAULTS);
        policies.putAll(retry);
        retry = Map.copyOf(policies);
        new TimeLimit(jobTimeout, jobTimeoutPerMegabyte, jobTimeoutPerPage, jobTimeoutMax);
    }

    TimeLimit timeLimit() {
        return new TimeLimit(jobTimeout, jobTimeoutPerMegabyte, jobTimeoutPerPage, jobTimeoutMax);
    }
}
