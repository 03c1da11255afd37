package io.mivaa.planted.job;

import java.time.Clock;
import java.time.Instant;

/** Harmless: asks the clock it was given. */
public record Work(Clock clock) {

    Instant started() {
        return Instant.now(clock);
    }
}
