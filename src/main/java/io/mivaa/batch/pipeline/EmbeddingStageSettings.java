package io.mivaa.batch.pipeline;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the pipeline embeds chunks.
 *
 * @param model {@code provider/name} of the default embedder, for batches that choose none
 * @param batchSize chunks per call of the embedder; progress, retries and cancellation apply between calls
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
