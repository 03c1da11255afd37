package io.mivaa.batch.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * How the documents of a batch are processed. Every default was filled in when the batch was accepted.
 *
 * <p>Options are stored, and may be read by another version of the service. Options that a newer version has added are
 * ignored; refusing them would keep an older instance from claiming any job. Options that an older version has not
 * written are null, so every new option must be optional.
 *
 * @param maxAttempts of a job before it is given up
 * @param maxInFlight how many of its jobs may run at a time, over all instances; null for any number
 * @param webhookUrl is called when the batch has finished or one of its jobs has died; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BatchOptions(
        Chunking chunking,
        Embedding embedding,
        int maxAttempts,
        @Nullable Integer maxInFlight,
        @Nullable String webhookUrl) {

    /** How text is cut into chunks; sizes are in tokens of the embedding model. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Chunking(String strategy, int maxTokens, int overlapTokens, int minTokens) {}

    /** The embedding provider, and its model. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Embedding(String provider, String model) {}
}
