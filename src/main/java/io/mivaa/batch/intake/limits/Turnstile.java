package io.mivaa.batch.intake.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.http.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Limits how many batches are accepted at a time to half of the database connections. An acceptance holds a connection
 * while it writes, which takes minutes for a large batch, and while it waits for admission. The other half of the
 * connections therefore stays free for the workers and for status requests. First come, first served. Thread-safe.
 */
@Component
public class Turnstile {

    /** As long as a request waits for a connection from the pool. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private final Semaphore free;
    private final Duration maxWait;
    private final Counter refused;

    @Autowired
    Turnstile(@Value("${spring.datasource.hikari.maximum-pool-size:10}") int connections, MeterRegistry meters) {
        this(connections, MAX_WAIT, meters);
    }

    Turnstile(int connections, Duration maxWait, MeterRegistry meters) {
        this.free = new Semaphore(Math.max(1, connections / 2), true);
        this.maxWait = maxWait;
        this.refused = RefusedBatches.counter("busy", meters);
    }

    /**
     * Runs an acceptance when it is its turn.
     *
     * @throws Problem 503 {@code busy} when the wait for the turn takes too long
     */
    public <T> T pass(Supplier<T> acceptance) {
        if (!hasTurn()) {
            refused.increment();
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many batches are being accepted at the moment; send the request again later.")
                    .retryAfter(Math.max(1, maxWait.toSeconds()));
        }
        try {
            return acceptance.get();
        } finally {
            free.release();
        }
    }

    private boolean hasTurn() {
        try {
            return free.tryAcquire(maxWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
