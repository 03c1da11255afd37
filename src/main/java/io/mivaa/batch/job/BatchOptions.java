package io.mivaa.batch.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * How the documents of a batch are treated, with every default filled in when the batch was accepted.
 *
 * <p>They are stored, and read by whatever version of the service is at the job. What a newer one has added is passed
 * over, because refusing it would keep an older instance from claiming anything. What an older one has not written is
 * null, so a new option must be one that may be absent.
 *
 * @param maxAttempts how often a job is tried before it is given up
 * @param maxInFlight how many of its jobs may run at a time on all instances together, null for any number
 * @param webhookUrl what is told when it has finished or a job of it has died, null for nobody
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BatchOptions(
        Chunking chunking,
        Embedding embedding,
        int maxAttempts,
        @Nullable Integer maxInFlight,
        @Nullable String webhookUrl) {

    /** All but the strategy in tokens of the embedding model. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Chunking(String strategy, int maxTokens, int overlapTokens, int minTokens) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Embedding(String provider, String model) {}
}
