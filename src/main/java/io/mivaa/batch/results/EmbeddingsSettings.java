package io.mivaa.batch.results;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What an application may have embedded by the API for embeddings.
 *
 * @param maxInputs texts of one request
 * @param maxRequestSize of one request's body
 * @param maxConcurrent requests worked on at a time on this instance, which is what they can take from the workers
 * @param maxQueueTime how long one more waits for its turn before it is answered 503
 */
@ConfigurationProperties("mivaa.embeddings")
record EmbeddingsSettings(
        @DefaultValue("256") int maxInputs,
        @DefaultValue("4MB") DataSize maxRequestSize,
        @DefaultValue("2") int maxConcurrent,
        @DefaultValue("2s") Duration maxQueueTime) {

    EmbeddingsSettings {
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
