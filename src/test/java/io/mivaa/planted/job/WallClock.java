package io.mivaa.planted.job;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.Supplier;

/** Every way to read the time past the clock. */
final class WallClock {

    Instant called() {
        return Instant.now();
    }

    Supplier<Instant> referred() {
        return Instant::now;
    }

    LocalDate inAZone() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    long millis() {
        return System.currentTimeMillis();
    }

    Clock own() {
        return Clock.systemUTC();
    }

    @SuppressWarnings("JavaUtilDate")
    Date old() {
        return new Date();
    }
}
