package io.mivaa.batch.worker.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.throttle.Bucket;
import io.mivaa.batch.worker.settings.Breaker;
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
 * Guards one embedding provider on this instance. While the provider is down (its circuit breaker is open) or has asked
 * for a pause (Retry-After), jobs are {@link Parked} before any work is done for them. When the pause is over, a few
 * attempts probe the provider first. Thread-safe.
 *
 * <p>Only a {@link TransientFailure} counts against the provider. One with a Retry-After does not: a provider that
 * says when to come back is alive, and opening the breaker would replace its time with ours.
 */
public final class ProviderGate {

    private static final Logger log = LoggerFactory.getLogger(ProviderGate.class);

    /** So that parked jobs do not all return at the same moment. */
    private static final int JITTER_MILLIS = 500;

    private static final Duration SHORTEST = Duration.ofMillis(200);

    /**
     * Parked jobs return at a pace of one in 2 ms, with bursts of up to one second's jobs. If the whole backlog returned
     * each time the provider is probed, it would keep PostgreSQL busy for as long as the outage lasts.
     */
    private static final Bucket RETURNS = new Bucket(2, 500);

    /** The breaker opens again if the calls that probe the provider do not return within this many open times. */
    private static final int HUNG_AFTER_OPEN_TIMES = 10;

    /** The longest pause that a provider can ask for; after it, the provider is called again. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    /** The work of an attempt behind the gate. */
    public interface Work<T> {
        T run() throws IOException;
    }

    private final String provider;
    private final Breaker settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final CircuitBreaker breaker;
    private final Counter parkedByBreaker;
    private final Counter parkedByLimit;

    /** When each attempt that probes the provider started. */
    private final List<Instant> probes = new ArrayList<>();

    /** The time that the returns of parked jobs have used up, in milliseconds. */
    private double paid;

    private Instant openUntil = Instant.EPOCH;
    private Instant heldUntil = Instant.EPOCH;

    ProviderGate(String provider, Breaker settings, Clock clock, RandomGenerator random, MeterRegistry meters) {
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
                .description("State of the embedding provider: 0 takes calls, 1 is being probed, 2 is not called")
                .tag("provider", provider)
                .register(meters);
    }

    private static CircuitBreakerConfig config(Breaker settings, Clock clock) {
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
                .description("Jobs parked because their embedding provider is not called for now")
                .tag("provider", provider)
                .tag("reason", reason)
                .register(meters);
    }

    /**
     * Runs the work of an attempt that will need the provider's vectors.
     *
     * @throws Parked without running it, while the provider is not called
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
     * Makes one call of the provider.
     *
     * @throws Parked if the provider is not called for now, or this call has opened the breaker
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
        } catch (Throwable other) {
            breaker.releasePermission();
            throw other;
        }
    }

    /** {@code closed}, {@code half-open}, {@code open} or {@code rate-limited}. */
    String state() {
        return switch (number()) {
            case 0 -> "closed";
            case 1 -> "half-open";
            default -> ahead(heldUntil()) ? "rate-limited" : "open";
        };
    }

    /** The pause that is kept if a provider asks for one: not negative, and at most an hour. */
    public static Duration bounded(Duration asked) {
        return asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    }

    private TransientFailure failed(TransientFailure failure, long nanos) {
        if (failure.retryAfter() != null) {
            breaker.releasePermission();
            Duration wait = bounded(failure.retryAfter());
            hold(wait);
            // OutOfTurn: our own limits have held back the call, so the provider has not refused it.
            return failure instanceof OutOfTurn
                    ? Parked.behind(provider, "accepts no requests for now", spread(wait), failure)
                    : failure;
        }
        breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        return breaker.getState() == State.CLOSED ? failure : parkedByBreaker(failure);
    }

    /**
     * Lets an attempt in. A probe that has not returned within the open time may never return, because its thread was
     * given up; another one takes its place.
     *
     * @return when the attempt started, if it is a probe; null if all attempts may pass
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
            throw Parked.behind(provider, "accepts no requests for now", spread(left), null);
        }
    }

    private Parked parkedByBreaker(@Nullable Throwable cause) {
        parkedByBreaker.increment();
        return Parked.behind(provider, "does not respond properly", spread(untilNextTry()), cause);
    }

    /**
     * While the provider is probed, every other job waits as long again as the probing has lasted, so that few jobs
     * return in vain.
     */
    private synchronized Duration untilNextTry() {
        Duration left = left(openUntil);
        if (left.compareTo(Duration.ZERO) > 0) {
            return left;
        }
        Duration probed = left.negated();
        return probed.compareTo(SHORTEST) < 0
                ? SHORTEST
                : probed.compareTo(settings.openTime()) > 0 ? settings.openTime() : probed;
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
            log.warn("The embedding provider {} is failing; its jobs wait for {}", provider, settings.openTime());
        } else {
            log.info("The embedding provider {} is {}", provider, to == State.CLOSED ? "back" : "probed");
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

    /** Adds jitter to a delay, and more delay where a backlog would return faster than {@link #RETURNS} lets it. */
    private synchronized Duration spread(Duration delay) {
        double due = clock.millis() + delay.toMillis();
        long wait = (long) RETURNS.wait(due, paid, 1);
        paid = RETURNS.pay(due, paid, 1);
        return delay.plusMillis(wait + random.nextInt(JITTER_MILLIS));
    }
}
