package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.util.List;

/** Assembles the RAG document. Implementations are stateless and thread-safe. */
public interface Transformer {

    /**
     * @param vectors one per chunk, in order
     * @throws Rejected with code {@code no-text} when there is no chunk
     */
    RagDocument transform(
            Source source, ParsedDocument document, List<Chunk> chunks, List<float[]> vectors, EmbeddingModel model);
}
