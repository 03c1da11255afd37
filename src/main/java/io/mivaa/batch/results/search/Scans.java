package io.mivaa.batch.results.search;

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
 * Limits how many searches by meaning run at the same time, so that processors and connections remain for other work.
 * First come, first served. Thread-safe.
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

    /** @throws Problem 503 {@code busy} when the search does not get its turn in time */
    <T> T run(Supplier<T> scan) {
        if (!hasTurn()) {
            refused.increment();
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many searches are running at the moment. Try again later.")
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
