package io.mivaa.batch.pipeline;

import java.time.Duration;

/** A request that was not sent to an embedding provider, because our own limits of requests and tokens are used up. */
public final class OutOfTurn extends TransientFailure {

    private static final long serialVersionUID = 1L;

    /** @param wait until its turn would come */
    public OutOfTurn(String provider, Duration wait) {
        super(
                "embedding-throttled",
                "The embedding provider " + provider + " gets no more requests for now, by its configured limits.",
                wait,
                null);
    }
}
