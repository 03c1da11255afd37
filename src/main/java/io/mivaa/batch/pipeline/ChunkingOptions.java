package io.mivaa.batch.pipeline;

/**
 * How to split a document; lengths are in tokens of the embedding model.
 *
 * @param strategy the name of a {@link Chunker}
 * @param maxTokens maximum length of a chunk, its context included: 16 to 8192
 * @param overlapTokens how much of the end of a chunk the next chunk repeats, less than half of {@code maxTokens}
 * @param minTokens shorter neighbours are merged where the structure allows it; at most {@code maxTokens}
 */
public record ChunkingOptions(String strategy, int maxTokens, int overlapTokens, int minTokens) {

    public ChunkingOptions {
        if (maxTokens < 16 || maxTokens > 8192) {
            throw new IllegalArgumentException("maxTokens must be between 16 and 8192: " + maxTokens);
        }
        if (overlapTokens < 0 || overlapTokens * 2 >= maxTokens) {
            throw new IllegalArgumentException(
                    "overlapTokens must be at least 0 and less than half of maxTokens: " + overlapTokens);
        }
        if (minTokens < 0 || minTokens > maxTokens) {
            throw new IllegalArgumentException("minTokens must be between 0 and maxTokens: " + minTokens);
        }
    }
}
