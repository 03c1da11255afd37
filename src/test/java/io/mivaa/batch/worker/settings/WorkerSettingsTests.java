package io.mivaa.batch.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.worker.attempt.Bench;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSettingsTests {

    @Test
    void hasDefaultsThatWork() {
        WorkerSettings settings = Bench.settings();

        assertThat(settings.enabled()).isTrue();
        assertThat(settings.concurrency()).isEqualTo(2 * Runtime.getRuntime().availableProcessors());
        assertThat(settings.claimSize()).isEqualTo(200);
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.heartbeat()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.policies())
                .containsOnlyKeys(
                        FailureClass.TRANSIENT,
                        FailureClass.RATE_LIMITED,
                        FailureClass.TIMEOUT,
                        FailureClass.RESOURCE,
                        FailureClass.INTERNAL);
    }

    @Test
    void replacesThePolicyOfOneClassOnly() {
        WorkerSettings settings = Bench.settings("retry.transient.attempts", "9", "concurrency", "3");

        assertThat(settings.concurrency()).isEqualTo(3);
        assertThat(settings.policies().get(FailureClass.TRANSIENT))
                .isEqualTo(new Policy(9, Duration.ofSeconds(1), 2, Duration.ofMinutes(5)));
        assertThat(settings.policies().get(FailureClass.TIMEOUT))
                .isEqualTo(new Policy(2, Duration.ofSeconds(5), 2, Duration.ofMinutes(5)));
    }

    @Test
    void keepsTheOtherValuesOfAClassOfWhichOneIsSet() {
        assertThat(Bench.settings("retry.timeout.attempts", "3").policies().get(FailureClass.TIMEOUT))
                .isEqualTo(new Policy(3, Duration.ofSeconds(5), 2, Duration.ofMinutes(5)));
        assertThat(Bench.settings("retry.resource.base", "20s").policies().get(FailureClass.RESOURCE))
                .isEqualTo(new Policy(3, Duration.ofSeconds(20), 2, Duration.ofMinutes(5)));
        assertThat(Bench.settings("retry.internal.factor", "3").policies().get(FailureClass.INTERNAL))
                .isEqualTo(new Policy(3, Duration.ofSeconds(2), 3, Duration.ofMinutes(5)));
        assertThat(Bench.settings("retry.rate-limited.cap", "1m").policies().get(FailureClass.RATE_LIMITED))
                .isEqualTo(new Policy(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "concurrency, -1",
        "concurrency, 1025",
        "claim-size, 0",
        "claim-size, 501",
        "heartbeat, 2667ms",
        "heartbeat, 0s",
        "idle-poll, 0s",
        "stall-limit, 399ms",
        "drain, -1s",
        "job-timeout, 0s",
        "job-timeout, 31m",
        "job-timeout-per-megabyte, -1s",
        "job-timeout-per-page, -1ms",
        "job-timeout-max, 119s",
        "abandon-after, -1s",
        "max-abandoned, -1",
        "progress-every, 9ms",
        "in-call-retries, -1",
        "in-call-retries, 3",
        "in-call-retry-limit, 2001ms",
        "retry.transient.attempts, 0",
        "retry.transient.base, -1s",
        "retry.transient.factor, 0.9",
        "retry.transient.cap, 999ms",
        "retry.invalid-input.attempts, 2",
        "retry.poison.attempts, 2",
        "retry.cancelled.attempts, 2",
        "memory-high-water, 0",
        "memory-high-water, 1.01",
        "breaker.failure-rate, 0",
        "breaker.failure-rate, 101",
        "breaker.minimum-calls, 0",
        "breaker.window, 4",
        "breaker.window, 10001",
        "breaker.half-open-calls, 0",
        "breaker.open-time, 99ms",
        "breaker.open-time, 3601s"
    })
    void refusesWhatMakesNoSense(String name, String value) {
        assertThatThrownBy(() -> Bench.settings(name, value)).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allowsNoStallLimitThatAPauseOfTheMachineExceeds() {
        assertThatThrownBy(() -> Bench.settings("idle-poll", "10ms", "stall-limit", "99ms"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("stall-limit");
        assertThat(Bench.settings("idle-poll", "10ms", "stall-limit", "100ms").stallLimit())
                .isEqualTo(Duration.ofMillis(100));
    }

    @ParameterizedTest
    @CsvSource({
        "concurrency, 1",
        "concurrency, 1024",
        "claim-size, 1",
        "claim-size, 500",
        "heartbeat, 2666ms",
        "heartbeat, 10ms",
        "idle-poll, 10ms",
        "stall-limit, 400ms",
        "drain, 0s",
        "job-timeout, 1ms",
        "job-timeout, 30m",
        "job-timeout-max, 2m",
        "job-timeout-per-megabyte, 0s",
        "job-timeout-per-page, 0s",
        "abandon-after, 0s",
        "max-abandoned, 0",
        "progress-every, 10ms",
        "in-call-retries, 0",
        "in-call-retry-limit, 2s",
        "retry.transient.attempts, 1",
        "retry.transient.base, 0s",
        "retry.transient.factor, 1",
        "retry.transient.cap, 1s",
        "memory-high-water, 1",
        "breaker.failure-rate, 1",
        "breaker.failure-rate, 100",
        "breaker.minimum-calls, 1",
        "breaker.window, 5",
        "breaker.window, 10000",
        "breaker.half-open-calls, 1",
        "breaker.open-time, 100ms",
        "breaker.open-time, 1h"
    })
    void takesTheLastValueThatMakesSense(String name, String value) {
        assertThat(Bench.settings(name, value)).isNotNull();
    }
}
