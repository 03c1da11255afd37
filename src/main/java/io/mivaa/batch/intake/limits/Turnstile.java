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
 * Lets no more batches be accepted at a time than half of the connections. An acceptance holds one while it writes, for
 * minutes when it is large, and while it waits for its turn; however many come, the other half stays for settling jobs
 * and for whoever asks how far they are. First come, first served. Thread-safe.
 */
@Component
public class Turnstile {

    /** As long as one waits for a connection. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore free;
    private final Duration patience;
    private final Counter refused;

    @Autowired
    Turnstile(@Value("${spring.datasource.hikari.maximum-pool-size:10}") int connections, MeterRegistry meters) {
        this(connections, PATIENCE, meters);
    }

    Turnstile(int connections, Duration patience, MeterRegistry meters) {
        this.free = new Semaphore(Math.max(1, connections / 2), true);
        this.patience = patience;
        this.refused = Counter.builder("mivaa.intake.refused")
                .description("Batches refused because there was too much already")
                .tag("code", "busy")
                .register(meters);
    }

    /** @throws Problem 503 {@code busy} when no turn comes in time */
    public <T> T pass(Supplier<T> acceptance) {
        if (!hasTurn()) {
            refused.increment();
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many batches are being accepted at the moment; send this one again.")
                    .retryAfter(Math.max(1, patience.toSeconds()));
        }
        try {
            return acceptance.get();
        } finally {
            free.release();
        }
    }

    private boolean hasTurn() {
        try {
            return free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
