package io.mivaa.batch.results;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.http.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Bounds how many searches look at all vectors at the same time, so that they leave processors and connections to the
 * rest. First come, first served. Thread-safe.
 */
@Component
class Scans {

    private final Semaphore free;
    private final Duration maxQueueTime;
    private final Counter refused;
    private final AtomicLong lastNanos = new AtomicLong();

    Scans(SearchSettings settings, MeterRegistry meters) {
        this.free = new Semaphore(settings.maxConcurrent(), true);
        this.maxQueueTime = settings.maxQueueTime();
        this.refused = Counter.builder("mivaa.search.refused")
                .description("Searches refused because too many were running")
                .register(meters);
    }

    /** @throws Problem 503 {@code busy} when no turn comes in time */
    <T> T run(Supplier<T> scan) {
        if (!hasTurn()) {
            refused.increment();
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many searches are running at the moment; ask again.")
                    .retryAfter(1 + TimeUnit.NANOSECONDS.toSeconds(lastNanos.get()));
        }
        long start = System.nanoTime();
        try {
            return scan.get();
        } finally {
            lastNanos.set(System.nanoTime() - start);
            free.release();
        }
    }

    private boolean hasTurn() {
        try {
            return free.tryAcquire(maxQueueTime.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
