package io.mivaa.batch.results;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Vectors as they are stored: float32, little-endian, one after the other. */
final class Vectors {

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private Vectors() {}

    static byte[] encode(float[] vector) {
        byte[] bytes = new byte[vector.length * Float.BYTES];
        for (int i = 0; i < vector.length; i++) {
            FLOAT.set(bytes, i * Float.BYTES, vector[i]);
        }
        return bytes;
    }

    static @Nullable FloatBuffer decode(byte @Nullable [] bytes) {
        return bytes == null
                ? null
                : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    /**
     * The dot product, which is the cosine as both have unit length, without decoding into an array first. Four sums
     * run side by side because one alone would wait for itself at every addition.
     *
     * @throws IllegalArgumentException when the lengths differ
     */
    static float dot(float[] query, byte[] stored) {
        if (stored.length != query.length * Float.BYTES) {
            throw new IllegalArgumentException(
                    "a stored vector has " + stored.length + " bytes, the query " + query.length + " dimensions");
        }
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < query.length; i += 4) {
            a += query[i] * (float) FLOAT.get(stored, i * Float.BYTES);
            b += query[i + 1] * (float) FLOAT.get(stored, (i + 1) * Float.BYTES);
            c += query[i + 2] * (float) FLOAT.get(stored, (i + 2) * Float.BYTES);
            d += query[i + 3] * (float) FLOAT.get(stored, (i + 3) * Float.BYTES);
        }
        for (; i < query.length; i++) {
            a += query[i] * (float) FLOAT.get(stored, i * Float.BYTES);
        }
        return a + b + (c + d);
    }
}
