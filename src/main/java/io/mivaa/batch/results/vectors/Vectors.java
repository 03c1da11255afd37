package io.mivaa.batch.results.vectors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Converts vectors to and from their stored form: little-endian float32 values. */
public final class Vectors {

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private Vectors() {}

    public static byte[] encode(float[] vector) {
        byte[] bytes = new byte[vector.length * Float.BYTES];
        for (int i = 0; i < vector.length; i++) {
            FLOAT.set(bytes, i * Float.BYTES, vector[i]);
        }
        return bytes;
    }

    public static @Nullable FloatBuffer decode(byte @Nullable [] bytes) {
        return bytes == null
                ? null
                : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    /**
     * The dot product, computed on the stored bytes. It is the cosine, because both vectors have unit length. Four
     * independent sums let the processor overlap additions; with a single sum, each addition waits for the one before.
     *
     * @throws IllegalArgumentException when the lengths differ
     */
    public static float dot(float[] query, byte[] stored) {
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
