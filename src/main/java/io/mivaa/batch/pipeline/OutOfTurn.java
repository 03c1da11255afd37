package io.mivaa.batch.pipeline;

import java.time.Duration;

/** A request was not sent to an embedding provider, because the configured limits are exhausted for now. */
public final class OutOfTurn extends TransientFailure {

    private static final long serialVersionUID = 1L;

    /** @param wait time until its turn */
    public OutOfTurn(String provider, Duration wait) {
        super(
                "embedding-throttled",
                "The embedding provider " + provider
                        + " receives no more requests for now, because its configured limits have been reached.",
                wait,
                null);
    }
}
