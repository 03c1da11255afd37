package io.mivaa.batch.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides when the next request may go to an embedding provider, for all instances together. Thread-safe. */
public interface ProviderTurns {

    /** Lets every request go at once. */
    ProviderTurns FREE = new ProviderTurns() {
        @Override
        public void take(String provider, Rate rate, int tokens) {}

        @Override
        public void hold(String provider, Duration time) {}
    };

    /**
     * What a provider allows.
     *
     * @param requestsPerMinute null for any number
     * @param tokensPerMinute null for any number
     */
    record Rate(
            @Nullable Integer requestsPerMinute, @Nullable Integer tokensPerMinute) {

        public static final Rate UNLIMITED = new Rate(null, null);

        public Rate {
            if (isWrong(requestsPerMinute) || isWrong(tokensPerMinute)) {
                throw new IllegalArgumentException("requests-per-minute and tokens-per-minute must be positive");
            }
        }

        private static boolean isWrong(@Nullable Integer limit) {
            return limit != null && limit < 1;
        }
    }

    /**
     * Takes the turn of one request; waits for it when it is near.
     *
     * @throws OutOfTurn when the turn is too far away to hold a thread for it
     * @throws java.util.concurrent.CancellationException when the thread is interrupted, which it stays
     */
    void take(String provider, Rate rate, int tokens);

    /** The provider has asked to be left alone for so long. */
    void hold(String provider, Duration time);
}
