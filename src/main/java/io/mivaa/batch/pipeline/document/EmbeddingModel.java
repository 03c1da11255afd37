package io.mivaa.batch.pipeline.document;

/**
 * Which space vectors live in; only vectors of equal models compare.
 *
 * @param provider for example {@code onnx}
 * @param name for example {@code all-minilm-l6-v2-q}
 * @param dimensions length of a vector
 * @param maxTokens what the model reads of a text, special tokens included; the rest it would ignore
 */
public record EmbeddingModel(String provider, String name, int dimensions, int maxTokens) {}
