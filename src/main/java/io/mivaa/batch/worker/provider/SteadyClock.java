package io.mivaa.batch.worker.provider;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Goes on from the time it was made at, whoever sets the machine's clock meanwhile. Thread-safe. */
public final class SteadyClock extends Clock {

    private final Instant start;
    private final long startNanos = System.nanoTime();

    public SteadyClock(Clock clock) {
        this.start = clock.instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Only instants are asked of it. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
