package io.mivaa.batch.worker.provider;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Continues monotonically from the time at which it was made, even if the machine's clock is changed. Thread-safe. */
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

    /** Has no effect: only instants are read from this clock. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
