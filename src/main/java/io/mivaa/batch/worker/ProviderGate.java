package io.mivaa.batch.worker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.TransientFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before one embedding provider. While the provider is down (its circuit breaker is open) or has asked to be
 * left alone (Retry-After), jobs are {@link Parked} before anything is done for them; when the time is over a few
 * attempts try it first. Thread-safe.
 *
 * <p>Only a {@link TransientFailure} counts against the provider. One with a Retry-After does not: a provider that
 * says when to come back is alive, and opening the breaker would replace its time by ours.
 */
final class ProviderGate {

    private static final Logger log = LoggerFactory.getLogger(ProviderGate.class);

    /** Parked jobs do not all return in the same moment. */
    private static final int JITTER_MILLIS = 500;

    private static final Duration SHORTEST = Duration.ofMillis(200);

    /**
     * Parked jobs return at this pace, and so many of them at once as come within a second. A whole backlog that
     * returned every time the provider may be tried would keep PostgreSQL busy for as long as the outage lasts.
     */
    private static final Duration PACE = Duration.ofMillis(2);

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    /** Until the breaker opens again because calls that try the provider do not come back. */
    private static final int HUNG_AFTER_OPEN_TIMES = 10;

    /** What an attempt does behind the gate. */
    interface Work<T> {
        T run() throws IOException;
    }

    private final String provider;
    private final WorkerSettings.Breaker settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final CircuitBreaker breaker;
    private final Counter parkedByBreaker;
    private final Counter parkedByLimit;

    /** When those who try the provider set out. */
    private final List<Instant> probes = new ArrayList<>();

    private Instant paced = Instant.EPOCH;
    private Instant openUntil = Instant.EPOCH;
    private Instant heldUntil = Instant.EPOCH;

    ProviderGate(
            String provider,
            WorkerSettings.Breaker settings,
            Clock clock,
            RandomGenerator random,
            MeterRegistry meters) {
        this.provider = provider;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.breaker = CircuitBreaker.of(provider, config(settings, clock));
        this.breaker
                .getEventPublisher()
                .onStateTransition(event -> changed(event.getStateTransition().getToState()));
        this.parkedByBreaker = parkedCounter(meters, "breaker");
        this.parkedByLimit = parkedCounter(meters, "rate_limit");
        Gauge.builder("mivaa.provider.state", this, ProviderGate::number)
                .description("0 takes calls, 1 is being tried, 2 is left alone")
                .tag("provider", provider)
                .register(meters);
    }

    private static CircuitBreakerConfig config(WorkerSettings.Breaker settings, Clock clock) {
        return CircuitBreakerConfig.custom()
                .failureRateThreshold(settings.failureRate())
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.minimumCalls())
                .waitDurationInOpenState(settings.openTime())
                .permittedNumberOfCallsInHalfOpenState(settings.halfOpenCalls())
                .maxWaitDurationInHalfOpenState(settings.openTime().multipliedBy(HUNG_AFTER_OPEN_TIMES))
                .clock(clock)
                .build();
    }

    private Counter parkedCounter(MeterRegistry meters, String reason) {
        return Counter.builder("mivaa.jobs.parked")
                .description("Jobs made to wait because their embedding provider is left alone")
                .tag("provider", provider)
                .tag("reason", reason)
                .register(meters);
    }

    /**
     * Runs what comes before, and needs, the provider's vectors.
     *
     * @throws Parked without running it, while the provider is left alone
     */
    <T> T through(Work<T> work) throws IOException {
        Instant probe = enter();
        try {
            return work.run();
        } finally {
            if (probe != null) {
                leave(probe);
            }
        }
    }

    /**
     * One call of the provider.
     *
     * @throws Parked when the provider is left alone, or this very call showed that it must be
     */
    <T> T call(Supplier<T> call) {
        stopWhileHeld();
        if (!breaker.tryAcquirePermission()) {
            throw parkedByBreaker(null);
        }
        long start = System.nanoTime();
        try {
            T answer = call.get();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return answer;
        } catch (TransientFailure failure) {
            throw failed(failure, System.nanoTime() - start);
        } catch (Throwable notItsFault) {
            breaker.releasePermission();
            throw notItsFault;
        }
    }

    /** For people: what the provider is up to. */
    String state() {
        return switch (number()) {
            case 0 -> "closed";
            case 1 -> "half-open";
            default -> ahead(heldUntil()) ? "rate-limited" : "open";
        };
    }

    private TransientFailure failed(TransientFailure failure, long nanos) {
        if (failure.retryAfter() != null) {
            breaker.releasePermission();
            Duration wait = RetryPolicy.bounded(failure.retryAfter());
            hold(wait);
            // It was not even asked, because our own limits say so.
            return failure instanceof OutOfTurn
                    ? Parked.behind(provider, "takes no more requests for now", spread(wait), failure)
                    : failure;
        }
        breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        return breaker.getState() == State.CLOSED ? failure : parkedByBreaker(failure);
    }

    /**
     * A probe that has not come back after as long as the breaker stays open may never do so, because its thread was
     * given up: another takes its place.
     *
     * @return when it set out as a probe; null when everybody may pass
     */
    private synchronized @Nullable Instant enter() {
        stopWhileHeld();
        if (breaker.getState() == State.CLOSED) {
            return null;
        }
        Instant now = clock.instant();
        probes.removeIf(since -> since.isBefore(now.minus(settings.openTime())));
        if (ahead(openUntil) || probes.size() >= settings.halfOpenCalls()) {
            throw parkedByBreaker(null);
        }
        probes.add(now);
        return now;
    }

    private synchronized void leave(Instant probe) {
        probes.remove(probe);
    }

    private void stopWhileHeld() {
        Duration left = left(heldUntil());
        if (left.compareTo(Duration.ZERO) > 0) {
            parkedByLimit.increment();
            throw Parked.behind(provider, "takes no more requests for now", spread(left), null);
        }
    }

    private Parked parkedByBreaker(@Nullable Throwable cause) {
        parkedByBreaker.increment();
        return Parked.behind(provider, "does not answer properly", spread(untilNextTry()), cause);
    }

    /**
     * While the provider is tried, whoever is not among the first waits as long again as the trial has lasted, so
     * that few come in vain.
     */
    private synchronized Duration untilNextTry() {
        Duration left = left(openUntil);
        if (left.compareTo(Duration.ZERO) > 0) {
            return left;
        }
        Duration tried = left.negated();
        return tried.compareTo(SHORTEST) < 0
                ? SHORTEST
                : tried.compareTo(settings.openTime()) > 0 ? settings.openTime() : tried;
    }

    private synchronized void hold(Duration time) {
        Instant until = clock.instant().plus(time);
        if (until.isAfter(heldUntil)) {
            heldUntil = until;
        }
    }

    private synchronized Instant heldUntil() {
        return heldUntil;
    }

    private synchronized void changed(State to) {
        if (to == State.OPEN) {
            openUntil = clock.instant().plus(settings.openTime());
            log.warn("The embedding provider {} fails; its jobs wait {}", provider, settings.openTime());
        } else {
            log.info("The embedding provider {} is {}", provider, to == State.CLOSED ? "back" : "tried again");
        }
    }

    private int number() {
        if (ahead(heldUntil())) {
            return 2;
        }
        State state = breaker.getState();
        return state == State.CLOSED ? 0 : state == State.HALF_OPEN ? 1 : 2;
    }

    private boolean ahead(Instant until) {
        return clock.instant().isBefore(until);
    }

    private Duration left(Instant until) {
        return Duration.between(clock.instant(), until);
    }

    /** Not all in the same moment, and a backlog at a pace (the generic cell rate algorithm). */
    private synchronized Duration spread(Duration delay) {
        Instant now = clock.instant();
        Instant due = now.plus(delay);
        paced = latest(paced, due.minus(AT_ONCE)).plus(PACE);
        return Duration.between(now, latest(paced, due)).plusMillis(random.nextInt(JITTER_MILLIS));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
