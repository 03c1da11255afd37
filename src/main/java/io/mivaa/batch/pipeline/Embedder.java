package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.List;

/** Turns texts into vectors. Thread-safe. */
public interface Embedder extends TokenCounter {

    EmbeddingModel model();

    /**
     * What else its vectors depend on besides the model: files, prefixes, pooling. Two embedders of equal models and
     * variants give equal vectors for equal texts.
     *
     * @return empty when there is nothing
     */
    default String variant() {
        return "";
    }

    /**
     * @return one vector per text, in order: float[{@code model().dimensions()}], unit length, finite
     * @throws TransientFailure when a later try may succeed
     * @throws Rejected when the model will never take one of the texts
     */
    List<float[]> embed(List<String> texts);

    /** As {@link #embed}, for what is looked for; some models want queries to be told from documents. */
    default List<float[]> embedQueries(List<String> queries) {
        return embed(queries);
    }
}
