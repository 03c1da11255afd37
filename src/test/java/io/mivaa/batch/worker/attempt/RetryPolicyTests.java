package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.RetryPolicy.Verdict;
import io.mivaa.batch.worker.provider.Parked;
import io.mivaa.batch.worker.provider.ProviderGate;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryPolicyTests {

    private final RetryPolicy policy = policy();

    @Test
    void drawsTheDelayEvenlyFromNothingToTheExponential() {
        LongSummaryStatistics delays = IntStream.range(0, 4_000)
                .mapToLong(i ->
                        verdict(FailureClass.TRANSIENT, claim(3, 9, 3)).delay().toMillis())
                .summaryStatistics();

        assertThat(delays.getMin()).isLessThan(50);
        assertThat(delays.getMax()).isBetween(3_950L, 4_000L);
        assertThat(delays.getAverage()).isBetween(1_900.0, 2_100.0);
    }

    @Test
    void doublesTheBoundWithEachAttemptUpToTheCap() {
        RetryPolicy capped = policy("retry.transient.cap", "3s", "retry.transient.attempts", "100");

        assertThat(longest(capped, 1)).isBetween(950L, 1_000L);
        assertThat(longest(capped, 2)).isBetween(1_900L, 2_000L);
        assertThat(longest(capped, 3)).isBetween(2_850L, 3_000L);
        assertThat(longest(capped, 60)).isBetween(2_850L, 3_000L);
    }

    @Test
    void knowsAlsoPoliciesWithoutGrowthOrWithoutDelay() {
        assertThat(longest(policy("retry.transient.factor", "1"), 4)).isBetween(950L, 1_001L);
        assertThat(longest(policy("retry.transient.base", "0s", "retry.transient.cap", "0s"), 4))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void givesUpAfterTheAttemptsOfTheClass() {
        assertThat(policy.after(claim(1, 9, 1), failure(FailureClass.TIMEOUT), null))
                .isPresent();
        assertThat(policy.after(claim(2, 9, 2), failure(FailureClass.TIMEOUT), null))
                .isEmpty();
        assertThat(policy.after(claim(4, 9, 4), failure(FailureClass.TRANSIENT), null))
                .isPresent();
        assertThat(policy.after(claim(5, 9, 5), failure(FailureClass.TRANSIENT), null))
                .isEmpty();
        assertThat(policy.after(claim(2, 9, 2), failure(FailureClass.INTERNAL), null))
                .isPresent();
        assertThat(policy.after(claim(3, 9, 3), failure(FailureClass.INTERNAL), null))
                .isEmpty();
        assertThat(policy.after(claim(3, 9, 3), failure(FailureClass.RESOURCE), null))
                .isEmpty();
    }

    @Test
    void givesUpAfterTheAttemptsOfTheBatchIfTheseAreFewer() {
        assertThat(policy.after(claim(1, 2, 1), failure(FailureClass.TRANSIENT), null))
                .isPresent();
        assertThat(policy.after(claim(2, 2, 2), failure(FailureClass.TRANSIENT), null))
                .isEmpty();
    }

    @Test
    void chargesAnAttemptForEveryClassButRateLimits() {
        assertThat(verdict(FailureClass.TRANSIENT, claim(1, 9, 1)).countsAsAttempt())
                .isTrue();
        assertThat(verdict(FailureClass.RATE_LIMITED, claim(1, 9, 1)).countsAsAttempt())
                .isFalse();
    }

    @Test
    void letsAHundredRateLimitsOfAJobPass() {
        assertThat(policy.after(claim(9, 3, 99), failure(FailureClass.RATE_LIMITED), null))
                .hasValueSatisfying(
                        verdict -> assertThat(verdict.countsAsAttempt()).isFalse());
        assertThat(policy.after(claim(1, 3, 100), failure(FailureClass.RATE_LIMITED), null))
                .hasValueSatisfying(
                        verdict -> assertThat(verdict.countsAsAttempt()).isTrue());
        assertThat(policy.after(claim(3, 3, 100), failure(FailureClass.RATE_LIMITED), null))
                .isEmpty();
    }

    @Test
    void waitsAtLeastAsLongAsItWasAskedTo() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(limited(Duration.ofSeconds(30)).delay())
                    .isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_100));
            assertThat(limited(Duration.ofMillis(500)).delay())
                    .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        }
    }

    @Test
    void asksAgainAfterAnHourWhoeverWantsToBeLeftAloneForLonger() {
        assertThat(limited(Duration.ofDays(400_000_000)).delay())
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMillis(100));
        assertThat(ProviderGate.bounded(Duration.ofSeconds(-1))).isZero();
    }

    @Test
    void givesAParkedJobAnotherAttemptWhateverItHasHad() {
        Parked parked = Parked.behind("remote", "is away", Duration.ofSeconds(7), null);

        assertThat(policy.judge(claim(9, 3, 5_000), parked.failure(), parked))
                .hasValue(new Verdict(Duration.ofSeconds(7), false));
        assertThat(policy.judge(claim(9, 3, 5_000), failure(FailureClass.TRANSIENT), new IllegalStateException()))
                .isEmpty();
    }

    @Test
    void neverRepeatsWhatTheDocumentIsToBlameFor() {
        assertThat(policy.after(claim(1, 9, 1), failure(FailureClass.INVALID_INPUT), null))
                .isEmpty();
        assertThat(policy.after(claim(1, 9, 1), failure(FailureClass.POISON), null))
                .isEmpty();
    }

    @Test
    void repeatsACallTwiceWithinAnAttempt() {
        AtomicInteger calls = new AtomicInteger();
        long before = System.nanoTime();

        assertThatThrownBy(() -> policy.inCallRetry("EMBED").executeRunnable(() -> {
                    calls.incrementAndGet();
                    throw new TransientFailure("away", "It is away.", null);
                }))
                .isInstanceOf(TransientFailure.class);

        assertThat(calls).hasValue(3);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
    }

    @Test
    void endsTheRepetitionWhenACallWorks() {
        AtomicInteger calls = new AtomicInteger();

        String answer = policy.inCallRetry("EMBED").executeSupplier(() -> {
            if (calls.incrementAndGet() < 2) {
                throw new TransientFailure("away", "It is away.", null);
            }
            return "there";
        });

        assertThat(answer).isEqualTo("there");
        assertThat(calls).hasValue(2);
    }

    @Test
    void leavesRateLimitsAndEverythingElseToTheQueue() {
        for (RuntimeException failure : new RuntimeException[] {
            new TransientFailure("limited", "Later.", Duration.ofMillis(1), null),
            new Rejected("no-text", "There is none."),
            new IllegalStateException()
        }) {
            AtomicInteger calls = new AtomicInteger();
            assertThatThrownBy(() -> policy.inCallRetry("EMBED").executeRunnable(() -> {
                        calls.incrementAndGet();
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void repeatsNoCallWhenToldSo() {
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> policy("in-call-retries", "0", "in-call-retry-limit", "0s")
                        .inCallRetry("EMBED")
                        .executeRunnable(() -> {
                            calls.incrementAndGet();
                            throw new TransientFailure("away", "It is away.", null);
                        }))
                .isInstanceOf(TransientFailure.class);

        assertThat(calls).hasValue(1);
    }

    private static RetryPolicy policy(String... settings) {
        return new RetryPolicy(Bench.settings(settings), new Random(42));
    }

    private Verdict limited(@Nullable Duration retryAfter) {
        return policy.after(claim(1, 9, 1), failure(FailureClass.RATE_LIMITED), retryAfter)
                .orElseThrow();
    }

    private Verdict verdict(FailureClass failureClass, Claim claim) {
        return policy.after(claim, failure(failureClass), null).orElseThrow();
    }

    private static long longest(RetryPolicy policy, int attempt) {
        return IntStream.range(0, 1_000)
                .mapToLong(i -> policy.after(claim(attempt, 1_000, attempt), failure(FailureClass.TRANSIENT), null)
                        .orElseThrow()
                        .delay()
                        .toMillis())
                .max()
                .orElseThrow();
    }

    private static Failure failure(FailureClass failureClass) {
        return new Failure(failureClass, "code", "A sentence.");
    }

    private static Claim claim(int attempt, int maxAttempts, long starts) {
        return new Claim(
                JobId.create(),
                1,
                BatchId.create(),
                Stores.WORKSPACE,
                io.mivaa.batch.job.InstanceId.create(),
                starts,
                attempt,
                maxAttempts,
                null,
                "note.txt",
                "text/plain",
                1,
                "",
                Stores.OPTIONS,
                0,
                (int) starts,
                0,
                null,
                java.util.Map.of());
    }
}
