package io.mivaa.batch.worker.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may work on its document: a base, an addition for its size, an addition for each page read so far,
 * and an upper limit.
 */
public record TimeLimit(Duration base, Duration perMegabyte, Duration perPage, Duration max) {

    private static final double MEGABYTE = 1024 * 1024;

    public TimeLimit {
        if (base.toMillis() < 1 || perMegabyte.isNegative() || perPage.isNegative() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException("mivaa.worker.job-timeout must be positive and at most job-timeout-max,"
                    + " and job-timeout-per-megabyte and job-timeout-per-page must not be negative");
        }
    }

    public Duration of(long bytes, @Nullable Integer pages) {
        double millis = base.toMillis()
                + perMegabyte.toMillis() * (bytes / MEGABYTE)
                + (double) perPage.toMillis() * (pages == null ? 0 : pages);
        return millis < max.toMillis() ? Duration.ofMillis((long) millis) : max;
    }
}
