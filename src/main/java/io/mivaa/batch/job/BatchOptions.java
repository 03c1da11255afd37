package io.mivaa.batch.job;

import org.jspecify.annotations.Nullable;

/**
 * How the documents of a batch are treated, with every default filled in when the batch was accepted.
 *
 * @param maxAttempts how often a job is tried before it is given up
 * @param maxInFlight how many of its jobs may run at a time on all instances together, null for any number
 */
public record BatchOptions(
        Chunking chunking,
        Embedding embedding,
        int maxAttempts,
        @Nullable Integer maxInFlight) {

    /** All but the strategy in tokens of the embedding model. */
    public record Chunking(String strategy, int maxTokens, int overlapTokens, int minTokens) {}

    public record Embedding(String provider, String model) {}
}
