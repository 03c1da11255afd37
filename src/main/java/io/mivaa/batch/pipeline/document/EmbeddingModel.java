package io.mivaa.batch.pipeline.document;

/**
 * An embedding model. Only vectors of equal models can be compared.
 *
 * @param provider for example {@code onnx}
 * @param name for example {@code all-minilm-l6-v2-q}
 * @param dimensions length of a vector
 * @param maxTokens the model's limit for a text, special tokens included; it ignores the rest of a longer text
 */
public record EmbeddingModel(String provider, String name, int dimensions, int maxTokens) {

    /** The id by which clients name the model: {@code provider/name}. */
    public String id() {
        return provider + "/" + name;
    }
}
