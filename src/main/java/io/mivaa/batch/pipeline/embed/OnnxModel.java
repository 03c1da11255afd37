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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A text encoder: takes token ids, returns one vector. Each call runs on its caller's thread only, which is faster on a
 * CPU than batches or threads inside the session. Thread-safe.
 */
final class OnnxModel implements AutoCloseable {

    private static final String RESOURCE = "/all-minilm-l6-v2-q.onnx";

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final OrtEnvironment environment = LastingEnvironment.get();
    private final String name;
    private final OrtSession session;
    private final Pooling pooling;
    private final int dimensions;

    /** How the last hidden states of all tokens are combined into one vector. */
    enum Pooling {
        /** Their mean. */
        MEAN,
        /** The state of the first token. */
        CLS
    }

    private interface Loading {
        OrtSession load(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException, IOException;
    }

    /** The quantised all-MiniLM-L6-v2 on the class path. */
    OnnxModel() {
        this(RESOURCE, Pooling.MEAN, (environment, options) -> {
            try (InputStream model = resource(RESOURCE)) {
                return environment.createSession(model.readAllBytes(), options);
            }
        });
    }

    /**
     * @param file model.onnx; its external data files must be in the same directory
     * @throws IllegalArgumentException when the file is not a usable model
     */
    OnnxModel(Path file, Pooling pooling) {
        this(file.toString(), pooling, (environment, options) -> environment.createSession(file.toString(), options));
    }

    private OnnxModel(String name, Pooling pooling, Loading loading) {
        this.name = name;
        this.pooling = pooling;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // It would keep a separate memory plan for every text length.
            options.setMemoryPatternOptimization(false);
            session = loading.load(environment, options);
        } catch (IOException e) {
            throw new UncheckedIOException("The model " + name + " cannot be read", e);
        } catch (OrtException e) {
            throw new IllegalArgumentException("The model " + name + " cannot be loaded", e);
        }
        dimensions = trialDimensions();
    }

    static InputStream resource(String name) throws IOException {
        InputStream stream = OnnxModel.class.getResourceAsStream(name);
        if (stream == null) {
            throw new FileNotFoundException("not on the class path: " + name);
        }
        return stream;
    }

    /** Finds the dimensions from a trial vector, because the file need not contain them. */
    private int trialDimensions() {
        Set<String> inputs = session.getInputNames();
        try {
            if (!inputs.contains(IDS) || !Set.of(IDS, MASK, TYPES).containsAll(inputs)) {
                throw new IllegalArgumentException("The model " + name + " needs the inputs " + inputs + "; only " + IDS
                        + ", " + MASK + " and " + TYPES + " are supported");
            }
            return vector(new long[] {0, 0}).length;
        } catch (OrtException | IllegalStateException e) {
            throw new IllegalArgumentException("The model " + name + " returns no vector", e);
        }
    }

    int dimensions() {
        return dimensions;
    }

    /** The vector of a text of any length. There is no padding, so every token counts in the mean. */
    float[] vector(long[] ids) throws OrtException {
        long[] shape = {1, ids.length};
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        try (OnnxTensor tokens = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor attention = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape)) {
            Map<String, OnnxTensor> given = new HashMap<>(Map.of(IDS, tokens, MASK, attention, TYPES, types));
            given.keySet().retainAll(session.getInputNames());
            try (OrtSession.Result result = session.run(given)) {
                return pooled((OnnxTensor) result.get(0), ids.length);
            }
        }
    }

    /** The first output has the hidden states, or already one vector for the whole text. */
    private float[] pooled(OnnxTensor output, int tokens) {
        long[] shape = output.getInfo().getShape();
        int width = (int) shape[shape.length - 1];
        int rows = shape.length == 2 ? 1 : tokens;
        FloatBuffer states = output.getFloatBuffer();
        if (states == null || shape.length > 3 || states.remaining() != rows * width) {
            throw new IllegalStateException(
                    "the model returned the shape " + Arrays.toString(shape) + " for " + tokens + " tokens");
        }
        return pooling == Pooling.CLS ? mean(states, 1, width) : mean(states, rows, width);
    }

    private static float[] mean(FloatBuffer states, int tokens, int width) {
        float[] mean = new float[width];
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < width; i++) {
                mean[i] += states.get(token * width + i) / tokens;
            }
        }
        return mean;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("The session of " + name + " cannot be closed", e);
        }
    }
}
