package io.mivaa.batch.results.embeddings;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the embeddings API.
 *
 * @param maxInputs texts per request
 * @param maxRequestSize size of a request's body
 * @param maxConcurrent requests processed at a time on this instance; bounds what they take from the workers
 * @param maxQueueTime how long a further request waits for its turn before it gets 503
 */
@ConfigurationProperties("mivaa.embeddings")
record EmbeddingsApiSettings(
        @DefaultValue("256") int maxInputs,
        @DefaultValue("4MB") DataSize maxRequestSize,
        @DefaultValue("2") int maxConcurrent,
        @DefaultValue("2s") Duration maxQueueTime) {

    EmbeddingsApiSettings {
        if (maxInputs < 1 || maxConcurrent < 1 || maxQueueTime.isNegative()) {
            throw new IllegalArgumentException(
                    "mivaa.embeddings.max-inputs and max-concurrent must be positive, and max-queue-time not negative");
        }
        if (maxRequestSize.toBytes() < 1 || maxRequestSize.toBytes() > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "mivaa.embeddings.max-request-size must be between 1B and 1GB: " + maxRequestSize);
        }
    }
}
