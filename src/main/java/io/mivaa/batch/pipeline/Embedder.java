package io.mivaa.batch.pipeline;

import java.util.List;

/** Turns texts into vectors. Thread-safe. */
public interface Embedder extends TokenCounter {

    EmbeddingModel model();

    /**
     * @return one vector per text, in order: float[{@code model().dimensions()}], unit length, finite
     * @throws TransientFailure when a later try may succeed
     * @throws Rejected when the model will never take one of the texts
     */
    List<float[]> embed(List<String> texts);
}
