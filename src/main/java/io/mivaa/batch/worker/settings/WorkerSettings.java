package io.mivaa.batch.worker.settings;

import io.mivaa.batch.job.FailureClass;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The workers.
 *
 * @param enabled whether this instance takes jobs; one that does not still accepts and answers requests
 * @param concurrency how many jobs run at a time; 0 means twice the processors, so that parsing and waiting overlap
 *     with embedding
 * @param claimSize how many jobs are claimed in one statement at most
 * @param idlePoll how long an idle dispatcher waits before it asks again, unless a push of its own process wakes it
 * @param stallLimit how long no job may be taken although threads are free; after that, readiness is down and a hung
 *     dispatcher is replaced
 * @param lease how long an instance counts as alive after its last heartbeat
 * @param heartbeat how often the lease is renewed; at most a third of it
 * @param drain how long a graceful stop waits for running jobs before it hands them back
 * @param jobTimeout how long one attempt may work on its document, without the additions for its size
 * @param jobTimeoutPerMegabyte added for each megabyte of the document
 * @param jobTimeoutPerPage added for each page read so far
 * @param jobTimeoutMax the upper limit of this time, regardless of the size
 * @param abandonAfter how long an attempt that was interrupted may take to stop before its thread is given up
 * @param maxAbandoned how many such threads are replaced; with more of them liveness is down
 * @param progressEvery how often progress is written to PostgreSQL, and lost claims are noticed
 * @param inCallRetries short retries of one call of a stage within an attempt, 0 to 2
 * @param inCallRetryLimit how long these may take together, at most 2 s
 * @param memoryHighWater share of the old generation in use after a collection above which jobs run one at a time; 1
 *     turns this off
 * @param breaker when an embedding provider is not called
 * @param retry what follows a failed attempt, by class of failure
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
        @DefaultValue Map<FailureClass, Policy.Changes> retry) {

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
        Policy.all(retry);
    }

    /** The retry policies by class of failure. A class without one is never retried. */
    public Map<FailureClass, Policy> policies() {
        return Policy.all(retry);
    }

    /** How long an attempt may work on a document. */
    public TimeLimit timeLimit() {
        return new TimeLimit(jobTimeout, jobTimeoutPerMegabyte, jobTimeoutPerPage, jobTimeoutMax);
    }
}
