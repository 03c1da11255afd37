package io.mivaa.batch.results.vectors;

/**
 * The model that made stored vectors. Only vectors of equal models can be compared.
 *
 * @param provider for example {@code onnx}
 * @param model the model's name at that provider
 * @param dimensions length of a vector
 */
public record VectorModel(String provider, String model, int dimensions) {

    /** The id by which clients name the model: {@code provider/model}. */
    public String id() {
        return provider + "/" + model;
    }
}
