package io.mivaa.batch.worker.attempt;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.worker.provider.Parked;
import io.mivaa.batch.worker.provider.ProviderGate;
import io.mivaa.batch.worker.settings.Policy;
import io.mivaa.batch.worker.settings.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides whether and when another attempt follows a failed one. Thread-safe. */
public final class RetryPolicy {

    /** After this many rate limits of one job, each further one costs an attempt, so that no job is retried for ever. */
    private static final int FREE_STARTS = 100;

    private final Map<FailureClass, Policy> policies;
    private final RandomGenerator random;
    private final RetryConfig inCall;

    public RetryPolicy(WorkerSettings settings, RandomGenerator random) {
        this.policies = settings.policies();
        this.random = random;
        this.inCall = inCall(settings);
    }

    /** @param countsAsAttempt false if the attempt is not charged to the job */
    record Verdict(Duration delay, boolean countsAsAttempt) {}

    /** The verdict on a failed attempt; empty to give up. A parked job always gets another attempt, at no charge. */
    Optional<Verdict> judge(Claim claim, Failure failure, Throwable thrown) {
        if (thrown instanceof Parked parked) {
            return Optional.of(new Verdict(parked.delay(), false));
        }
        return after(claim, failure, thrown instanceof TransientFailure passing ? passing.retryAfter() : null);
    }

    /**
     * The verdict on a failed attempt; empty to give up.
     *
     * @param retryAfter the delay that the provider asked for, which is the shortest allowed
     */
    Optional<Verdict> after(Claim claim, Failure failure, @Nullable Duration retryAfter) {
        Policy policy = policies.get(failure.failureClass());
        if (policy == null) {
            return Optional.empty();
        }
        boolean free = failure.failureClass() == FailureClass.RATE_LIMITED && claim.penalties() < FREE_STARTS;
        if (!free && claim.attempt() >= Math.min(policy.attempts(), claim.maxAttempts())) {
            return Optional.empty();
        }
        Duration delay = delay(policy, Math.max(1, claim.attempt()));
        Duration least = retryAfter == null ? Duration.ZERO : ProviderGate.bounded(retryAfter);
        return Optional.of(new Verdict(least.compareTo(delay) > 0 ? least.plus(delay.dividedBy(10)) : delay, !free));
    }

    /** Short retries of one call of a stage, within an attempt. */
    Retry inCallRetry(String stage) {
        return Retry.of(stage, inCall);
    }

    /** Exponential backoff with full jitter: drawn evenly from zero to the exponential delay. */
    private Duration delay(Policy policy, int attempt) {
        IntervalFunction exponential = IntervalFunction.ofExponentialBackoff(
                policy.base().toMillis() == 0 ? 1 : policy.base().toMillis(),
                policy.factor() == 1 ? 1.0000001 : policy.factor(),
                Math.max(1, policy.cap().toMillis()));
        return Duration.ofMillis(random.nextLong(exponential.apply(attempt) + 1));
    }

    /** A rate limit is not waited for here; the job waits for it in the queue. */
    private static RetryConfig inCall(WorkerSettings settings) {
        long limit = settings.inCallRetryLimit().toMillis();
        return RetryConfig.custom()
                .maxAttempts(settings.inCallRetries() + 1)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(
                        Math.max(10, limit / 10), 2.0, 0.5, Math.max(10, limit / 2)))
                .retryOnException(
                        failure -> failure instanceof TransientFailure passing && passing.retryAfter() == null)
                .build();
    }
}
