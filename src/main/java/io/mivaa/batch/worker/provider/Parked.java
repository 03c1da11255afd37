package io.mivaa.batch.worker.provider;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.pipeline.TransientFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The embedding provider is not called for now, so the job waits for it. That is not the fault of the job and costs it no
 * attempt, however often it happens.
 */
public final class Parked extends TransientFailure {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final Duration delay;

    private Parked(Failure failure, Duration delay, @Nullable Throwable cause) {
        super(failure.code(), failure.message(), delay, cause);
        this.failure = failure;
        this.delay = delay;
    }

    /** @param delay how long the job waits */
    public static Parked behind(String provider, String why, Duration delay, @Nullable Throwable cause) {
        return new Parked(
                new Failure(
                        FailureClass.TRANSIENT,
                        "provider-unavailable",
                        "The embedding provider " + provider + " " + why
                                + "; the job waits for it without losing an attempt."),
                delay,
                cause);
    }

    public Failure failure() {
        return failure;
    }

    public Duration delay() {
        return delay;
    }
}
