package io.mivaa.batch.results.vectors;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.UUID;

/** The vector of a stored chunk, as table chunk_vector keeps it. */
public record ChunkVector(UUID chunk, String provider, String model, float[] vector) {

    public static ChunkVector of(UUID chunk, EmbeddingModel model, float[] vector) {
        return new ChunkVector(chunk, model.provider(), model.name(), vector);
    }
}
