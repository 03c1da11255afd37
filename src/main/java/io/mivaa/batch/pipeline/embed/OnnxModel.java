package io.mivaa.batch.pipeline.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * The quantised all-MiniLM-L6-v2: token ids in, one vector out. Thread-safe; each call runs on its caller's thread
 * alone, which on a CPU is faster than batches or threads inside the session.
 */
final class OnnxModel implements AutoCloseable {

    static final int DIMENSIONS = 384;

    private static final String RESOURCE = "/all-minilm-l6-v2-q.onnx";

    private final OrtEnvironment environment = LastingEnvironment.get();
    private final OrtSession session;

    OnnxModel() {
        try (InputStream model = resource(RESOURCE);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // Every length of text would leave a plan of its own behind.
            options.setMemoryPatternOptimization(false);
            session = environment.createSession(model.readAllBytes(), options);
        } catch (IOException e) {
            throw new UncheckedIOException("The model " + RESOURCE + " cannot be read", e);
        } catch (OrtException e) {
            throw new IllegalStateException("The model " + RESOURCE + " cannot be loaded", e);
        }
    }

    static InputStream resource(String name) throws IOException {
        InputStream stream = OnnxModel.class.getResourceAsStream(name);
        if (stream == null) {
            throw new FileNotFoundException("not on the class path: " + name);
        }
        return stream;
    }

    /** The mean of the last hidden states of all tokens. Nothing is padded, so every token counts. */
    float[] mean(long[] ids) throws OrtException {
        long[] shape = {1, ids.length};
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        try (OnnxTensor tokens = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor attention = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape);
                OrtSession.Result result = session.run(
                        Map.of("input_ids", tokens, "attention_mask", attention, "token_type_ids", types))) {
            return mean((OnnxTensor) result.get(0), ids.length);
        }
    }

    private static float[] mean(OnnxTensor hidden, int tokens) {
        FloatBuffer states = hidden.getFloatBuffer();
        if (states.remaining() != tokens * DIMENSIONS) {
            throw new IllegalStateException("the model gave " + states.remaining() + " numbers for " + tokens
                    + " tokens instead of " + DIMENSIONS + " each");
        }
        float[] mean = new float[DIMENSIONS];
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < DIMENSIONS; i++) {
                mean[i] += states.get(token * DIMENSIONS + i) / tokens;
            }
        }
        return mean;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("The session of " + RESOURCE + " cannot be closed", e);
        }
    }
}
