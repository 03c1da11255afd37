package io.mivaa.batch.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a batch will be done, if that is known.
 *
 * @param left the time until then; null when it is unknown, zero when the batch is final
 * @param finishAt the same as a point in time
 * @param low the lower bound: in about nine cases out of ten, the time is between this and {@code high}
 * @param reason why it is unknown, or {@link Reason#DONE}; null when it is known
 */
public record Eta(
        @Nullable Duration left,
        @Nullable Instant finishAt,
        @Nullable Duration low,
        @Nullable Duration high,
        @Nullable Reason reason) {

    /** Why there is no estimate. */
    public enum Reason {
        /** The batch is final. */
        DONE,
        /** It is paused, or its workspace is. */
        PAUSED,
        /** It waits for other batches to end. */
        WAITING_FOR_BATCHES,
        /** Its time has not come. */
        SCHEDULED,
        /** No living instance takes jobs. */
        NO_WORKERS,
        /** At its last report, its embedding provider was unavailable or asked to wait. */
        RATE_LIMITED,
        /** All remaining jobs wait for a retry. */
        RETRYING,
        /** Too little work was done so far, or since the last break. */
        MEASURING
    }

    /** No estimate, for a reason. */
    public static Eta unknown(Reason reason) {
        return new Eta(null, null, null, null, reason);
    }

    static Eta done(Instant finishedAt) {
        return new Eta(Duration.ZERO, finishedAt, Duration.ZERO, Duration.ZERO, Reason.DONE);
    }
}
