package io.mivaa.batch.pipeline;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How documents are cut when their batch does not say otherwise.
 *
 * @param strategy the name of a chunker
 * @param maxTokens no chunk is longer, in tokens of the embedding model, context included. 160 retrieves best with
 *     all-MiniLM, which was trained on 128 (docs/performance.md)
 * @param overlapTokens how much of the end of a chunk the next one repeats
 * @param minTokens shorter neighbours are merged where the structure allows it. Below 32 a chunk is little more
 *     than its heading path, and most such sections still fit together with a neighbour
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
