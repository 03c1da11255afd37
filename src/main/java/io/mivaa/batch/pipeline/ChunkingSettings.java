package io.mivaa.batch.pipeline;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The default chunking, for batches that choose none.
 *
 * @param strategy the name of a chunker
 * @param maxTokens maximum length of a chunk in tokens of the embedding model, context included. 160 gives the best
 *     retrieval with all-MiniLM, which was trained on 128 (docs/performance.md)
 * @param overlapTokens how much of the end of a chunk the next chunk repeats
 * @param minTokens shorter neighbours are merged where the structure allows it. A chunk below 32 tokens is little more
 *     than its heading path, and most such sections fit into a chunk with a neighbour
 */
@ConfigurationProperties("mivaa.chunking")
record ChunkingSettings(
        @DefaultValue("structure") String strategy,
        @DefaultValue("160") int maxTokens,
        @DefaultValue("0") int overlapTokens,
        @DefaultValue("32") int minTokens) {

    ChunkingSettings {
        new ChunkingOptions(strategy, maxTokens, overlapTokens, minTokens);
    }

    ChunkingOptions options() {
        return new ChunkingOptions(strategy, maxTokens, overlapTokens, minTokens);
    }
}
