package io.mivaa.batch.pipeline.embed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads the vectors of a response in OpenAI's form, {@code {"data": [{"index": 0, "embedding": [...]}]}}, token by
 * token: a JSON tree would need many times the memory. Ignores all other fields. Not thread-safe.
 */
final class EmbeddingResponse {

    /** NaN is not valid JSON, but some servers send it. Reading it allows a precise error later. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final int dimensions;
    private final float[] @Nullable [] vectors;
    private int position;

    /** The response is not what was requested. The message says why, without quoting the response. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    private EmbeddingResponse(int texts, int dimensions) {
        this.dimensions = dimensions;
        this.vectors = new float[texts][];
    }

    /**
     * Checks the number of vectors and their dimensions, but not their values.
     *
     * @param texts the number of texts that were sent
     * @return one vector for each text, in order
     */
    static List<float[]> read(byte[] body, int texts, int dimensions) throws Unusable {
        EmbeddingResponse response = new EmbeddingResponse(texts, dimensions);
        try (JsonParser parser = JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), body)) {
            response.read(parser);
        } catch (JacksonException e) {
            throw new Unusable("is not valid JSON or is incomplete");
        }
        return response.all();
    }

    private void read(JsonParser parser) throws Unusable {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean data = parser.currentName().equals("data");
            JsonToken value = parser.nextToken();
            if (data) {
                expect(value, JsonToken.START_ARRAY);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    readEntry(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new Unusable("has content after its end");
        }
    }

    private void readEntry(JsonParser parser) throws Unusable {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        int index = position++;
        float[] vector = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("index")) {
                expect(value, JsonToken.VALUE_NUMBER_INT);
                index = parser.getIntValue();
            } else if (field.equals("embedding")) {
                vector = value == JsonToken.VALUE_STRING ? decoded(parser.getString()) : numbers(parser);
            } else {
                parser.skipChildren();
            }
        }
        if (vector == null || index < 0 || index >= vectors.length || vectors[index] != null) {
            throw new Unusable("has an entry without a vector, or with an index that is wrong or repeated");
        }
        vectors[index] = vector;
    }

    private float[] numbers(JsonParser parser) throws Unusable {
        expect(parser.currentToken(), JsonToken.START_ARRAY);
        float[] vector = new float[dimensions];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_NULL && (token == null || !token.isNumeric())) {
                throw new Unusable("has a vector that does not consist of numbers");
            }
            if (count < dimensions) {
                // Servers that write strict JSON send null for NaN.
                vector[count] = token == JsonToken.VALUE_NULL ? Float.NaN : parser.getFloatValue();
            }
            count++;
        }
        return checked(vector, count);
    }

    private float[] decoded(String base64) throws Unusable {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            float[] vector = new float[dimensions];
            if (bytes.length == dimensions * Float.BYTES) {
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(vector);
            }
            return checked(vector, bytes.length % Float.BYTES == 0 ? bytes.length / Float.BYTES : -1);
        } catch (IllegalArgumentException e) {
            throw new Unusable("has a vector that is not valid base64");
        }
    }

    private float[] checked(float[] vector, int count) throws Unusable {
        if (count != dimensions) {
            throw new Unusable("has a vector of " + count + " numbers instead of " + dimensions);
        }
        return vector;
    }

    private List<float[]> all() throws Unusable {
        if (position != vectors.length) {
            throw new Unusable("has " + position + " vectors for " + vectors.length + " texts");
        }
        return Arrays.asList(vectors);
    }

    private static void expect(@Nullable JsonToken token, JsonToken expected) throws Unusable {
        if (token != expected) {
            throw new Unusable("has an unexpected structure");
        }
    }
}
