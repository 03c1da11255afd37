package io.mivaa.batch.pipeline;

import java.util.List;

/** Puts everything together. Stateless and thread-safe. */
public interface Transformer {

    /**
     * @param vectors one per chunk, in order
     * @throws Rejected with code {@code no-text} when there is no chunk
     */
    RagDocument transform(
            Source source, ParsedDocument document, List<Chunk> chunks, List<float[]> vectors, EmbeddingModel model);
}
