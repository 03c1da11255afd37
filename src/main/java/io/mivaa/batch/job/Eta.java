package io.mivaa.batch.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a batch will have come to its end, if that can be told.
 *
 * @param left until then; null when it cannot be told, zero when the batch is final
 * @param finishAt the same as a point in time
 * @param low it lies between this and {@code high} about nine times in ten
 * @param reason why it cannot be told, or {@link Reason#DONE}; null when it can
 */
public record Eta(
        @Nullable Duration left,
        @Nullable Instant finishAt,
        @Nullable Duration low,
        @Nullable Duration high,
        @Nullable Reason reason) {

    /** Why there is nothing to tell. */
    public enum Reason {
        /** The batch is final. */
        DONE,
        /** It is held, or its workspace is. */
        PAUSED,
        /** It waits for other batches to end. */
        WAITING_FOR_BATCHES,
        /** Its time has not come. */
        SCHEDULED,
        /** No instance lives that takes jobs. */
        NO_WORKERS,
        /** The last that was heard of it is that its embedding provider is away, or asks to wait. */
        RATE_LIMITED,
        /** All that is left waits to be tried again. */
        RETRYING,
        /** Too little of it was worked on until now, or since it was last held up. */
        MEASURING
    }

    public static Eta unknown(Reason reason) {
        return new Eta(null, null, null, null, reason);
    }

    static Eta done(Instant finishedAt) {
        return new Eta(Duration.ZERO, finishedAt, Duration.ZERO, Duration.ZERO, Reason.DONE);
    }
}
