package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StrictJson;
import io.mivaa.batch.intake.limits.IntakeSettings;
import java.io.Closeable;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens of a JSON body. Bounds every value that must be held in memory; only the content of documents is streamed.
 * Not thread-safe.
 */
final class BoundedJson implements Closeable {

    static final JsonMapper MAPPER = mapper();

    private static final int MAX_DEPTH = 200;

    /** The most bytes that JSON needs for a UTF-16 unit: those of an escape sequence. */
    static final int BYTES_PER_CHARACTER = 6;

    private final Allowance in;
    private final JsonParser parser;

    BoundedJson(InputStream in) {
        this.in = new Allowance(in);
        this.parser = MAPPER.createParser(this.in);
    }

    /** A string may have any length here, because an {@link Allowance} bounds those that are not streamed. */
    private static JsonMapper mapper() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        return StrictJson.apply(JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build()))
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    JsonParser parser() {
        return parser;
    }

    @Nullable
    JsonToken next() {
        return parser.nextToken();
    }

    /**
     * Moves to the value of the next field of an object.
     *
     * @return its name, null at the end of the object
     */
    @Nullable
    String nextField() {
        if (parser.nextToken() != JsonToken.PROPERTY_NAME) {
            return null;
        }
        String field = parser.currentName();
        parser.nextToken();
        return field;
    }

    /** @throws Problem 400 when the current token is another one */
    void expect(JsonToken expected, String pointer) {
        if (parser.currentToken() != expected) {
            String kind =
                    switch (expected) {
                        case START_OBJECT -> "A JSON object";
                        case START_ARRAY -> "A JSON array";
                        default -> "A string";
                    };
            throw Problem.invalid(pointer, "invalid-value", kind + " is expected here.");
        }
    }

    /**
     * The string at the current token, null for JSON's null.
     *
     * @throws Problem 400 when it is not a string or too long
     */
    @Nullable
    String string(String pointer) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(JsonToken.VALUE_STRING, pointer);
        String text =
                within((long) BYTES_PER_CHARACTER * IntakeSettings.MAX_TEXT, () -> tooLong(pointer), parser::getString);
        if (text.length() > IntakeSettings.MAX_TEXT) {
            throw tooLong(pointer);
        }
        return text;
    }

    /**
     * Reads a value that may take a limited number of bytes.
     *
     * @param excess made and thrown when it takes more
     */
    <T> T within(long bytes, Supplier<Problem> excess, Supplier<T> reading) {
        in.limit(bytes, excess);
        T value = reading.get();
        in.lift();
        return value;
    }

    private static Problem tooLong(String pointer) {
        return Problem.invalid(
                pointer, "invalid-value", "This text must have at most " + IntakeSettings.MAX_TEXT + " characters.");
    }

    @Override
    public void close() {
        parser.close();
    }
}
