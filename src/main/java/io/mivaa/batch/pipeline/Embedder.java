package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.List;

/** Turns texts into vectors. Thread-safe. */
public interface Embedder extends TokenCounter {

    EmbeddingModel model();

    /**
     * Everything besides the model that its vectors depend on: files, prefixes, pooling. Two embedders of equal models
     * and variants give equal vectors for equal texts.
     *
     * @return empty if there is nothing else
     */
    default String variant() {
        return "";
    }

    /**
     * @return one vector per text, in order: float[{@code model().dimensions()}], unit length, finite
     * @throws TransientFailure when a retry may succeed
     * @throws Rejected when the model will never accept one of the texts
     */
    List<float[]> embed(List<String> texts);

    /** As {@link #embed}, for search queries, which some models embed differently from documents. */
    default List<float[]> embedQueries(List<String> queries) {
        return embed(queries);
    }
}
