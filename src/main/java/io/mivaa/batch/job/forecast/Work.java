package io.mivaa.batch.job.forecast;

import org.jspecify.annotations.Nullable;

/**
 * The work of a batch on one kind of document: a row of batch_work. The schema explains its columns.
 *
 * @param cost the milliseconds per unit of size that were expected when the batch was accepted
 * @param size of all jobs, in bytes and 1,024 more for each
 * @param credit size times percent
 * @param recentAge seconds since {@code recent} was computed, null when nothing was done yet
 * @param parkedAge seconds since a job was last parked without losing an attempt, null if none was
 */
public record Work(
        double cost,
        long size,
        long credit,
        long openSize,
        double openSquares,
        int workedJobs,
        long workedSize,
        double workedMillis,
        double workedScatter,
        double recent,
        @Nullable Double recentAge,
        @Nullable Double parkedAge) {

    /** The size of the remaining work. */
    double left() {
        return size - credit / 100.0;
    }
}
