package io.mivaa.batch.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides when the next request may go to an embedding provider, for all instances together. Thread-safe. */
public interface ProviderTurns {

    /** Never delays a request. */
    ProviderTurns FREE = new ProviderTurns() {
        @Override
        public void take(String provider, Rate rate, int tokens) {}

        @Override
        public void hold(String provider, Duration time) {}
    };

    /**
     * The limits of a provider.
     *
     * @param requestsPerMinute null for no limit
     * @param tokensPerMinute null for no limit
     */
    record Rate(
            @Nullable Integer requestsPerMinute, @Nullable Integer tokensPerMinute) {

        public static final Rate UNLIMITED = new Rate(null, null);

        public Rate {
            if (isNotPositive(requestsPerMinute) || isNotPositive(tokensPerMinute)) {
                throw new IllegalArgumentException("requests-per-minute and tokens-per-minute must be positive");
            }
        }

        private static boolean isNotPositive(@Nullable Integer limit) {
            return limit != null && limit < 1;
        }
    }

    /**
     * Reserves the turn of one request, and waits for it if it comes soon.
     *
     * @throws OutOfTurn when the turn comes too late for a thread to wait for it
     * @throws java.util.concurrent.CancellationException when the thread is interrupted; its interrupt status stays set
     */
    void take(String provider, Rate rate, int tokens);

    /** Sends no requests for this time, because the provider asked for it. */
    void hold(String provider, Duration time);
}
