package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.Rejected;

/** Scales vectors to unit length, which makes them comparable, and refuses vectors that cannot be scaled. */
final class UnitVector {

    private UnitVector() {}

    /**
     * @return the same direction, with length 1
     * @throws Rejected with code {@code unusable-vector} for another width, NaN, infinity or the zero vector
     */
    static float[] of(float[] vector, int dimensions) {
        if (vector.length != dimensions) {
            throw unusable("it has " + vector.length + " numbers instead of " + dimensions);
        }
        double squares = 0;
        for (float each : vector) {
            squares += (double) each * each;
        }
        if (!Double.isFinite(squares)) {
            throw unusable("it has values that are not finite");
        }
        if (squares == 0) {
            throw unusable("it is zero");
        }
        float[] unit = new float[dimensions];
        double length = Math.sqrt(squares);
        for (int i = 0; i < dimensions; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    private static Rejected unusable(String what) {
        return new Rejected("unusable-vector", "The embedding model returned an unusable vector: " + what + ".");
    }
}
