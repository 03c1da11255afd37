package io.mivaa.batch.job.forecast;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the work of a batch on one kind of document: a row of batch_work, whose columns are explained there.
 *
 * @param cost milliseconds per unit of size, as was expected when the batch was accepted
 * @param size of all jobs; the unit is a byte, see batch_work
 * @param credit size times percent
 * @param recentAge seconds since {@code recent} was true, null when nothing was done yet
 * @param parkedAge seconds since a job was last put aside at no cost of an attempt, null when none was
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

    /** The size that is still to be worked off. */
    double left() {
        return size - credit / 100.0;
    }
}
