package io.mivaa.batch.pipeline;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How chunks are embedded.
 *
 * @param model {@code provider/name} of the embedder used when a batch does not say otherwise
 * @param batchSize how many chunks go to the embedder at once: what progress, retry and cancellation act upon
 */
@ConfigurationProperties("mivaa.embedding")
record EmbeddingStageSettings(
        @DefaultValue("onnx/all-minilm-l6-v2-q") String model,
        @DefaultValue("32") int batchSize) {

    EmbeddingStageSettings {
        if (batchSize < 1 || batchSize > 2048) {
            throw new IllegalArgumentException("mivaa.embedding.batch-size must be between 1 and 2048: " + batchSize);
        }
    }
}
