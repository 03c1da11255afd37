package io.mivaa.batch.results.embeddings;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request to {@code /embeddings}, in the form of OpenAI's API.
 *
 * @param input a text or an array of texts
 * @param encodingFormat {@code float} (default) or {@code base64}
 * @param dimensions the model's dimensions, or absent
 * @param inputType {@code query} (default) or {@code document}, for models that embed them differently
 */
@Schema(name = "EmbeddingsBody")
record EmbeddingsRequest(
        @Schema(description = "provider/name") @Nullable String model,

        @Schema(types = {"string", "array"}) @Nullable JsonNode input,

        @JsonProperty("encoding_format") @Nullable String encodingFormat,
        @Nullable Integer dimensions,
        @JsonProperty("input_type") @Nullable String inputType) {

    /**
     * Reads a body up to a limit, unlike Spring's own conversion, which reads a body of any length.
     *
     * @throws Problem 413 for a longer body, 400 for one that is not such a request
     */
    static EmbeddingsRequest read(HttpServletRequest request, int maxBytes, JsonMapper json) throws IOException {
        byte[] bytes = request.getContentLengthLong() > maxBytes
                ? new byte[maxBytes + 1]
                : request.getInputStream().readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw Problem.of(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "request-too-large",
                    "A request must not be larger than " + maxBytes + " bytes.");
        }
        try {
            EmbeddingsRequest body = json.readValue(bytes, EmbeddingsRequest.class);
            if (body == null) {
                throw Problem.invalid("", "invalid-value", "The body must be a JSON object.");
            }
            return body;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    /** @throws Problem 400 when it is missing */
    String requiredModel() {
        if (model == null) {
            throw Problem.invalid("/model", "missing-field", "The model is missing; /api/v1/models lists all models.");
        }
        return model;
    }

    /** @throws Problem 400 for an unknown format */
    boolean wantsBase64() {
        return isOther(encodingFormat, "/encoding_format", "float", "base64");
    }

    /** @throws Problem 400 for an unknown type */
    boolean embedsDocuments() {
        return isOther(inputType, "/input_type", "query", "document");
    }

    /** @throws Problem 400 when the client wants vectors of other dimensions */
    void requireDimensions(int available) {
        if (dimensions != null && dimensions != available) {
            throw Problem.invalid(
                    "/dimensions", "invalid-value", "Vectors of this model have " + available + " dimensions.");
        }
    }

    private static boolean isOther(@Nullable String value, String pointer, String usual, String other) {
        if (value == null || value.equals(usual)) {
            return false;
        }
        if (value.equals(other)) {
            return true;
        }
        throw Problem.invalid(pointer, "invalid-value", "The value must be " + usual + " or " + other + ".");
    }

    /** @throws Problem 400 when there is no text, an empty one, or too many */
    List<String> texts(int maxInputs) {
        if (input == null || input.isNull()) {
            throw Problem.invalid("/input", "missing-field", "The input is missing.");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : input.isArray() ? input : List.of(input)) {
            String text = text(each, input.isArray() ? "/input/" + texts.size() : "/input");
            if (texts.size() == maxInputs) {
                throw Problem.invalid(
                        "/input", "invalid-value", "A request must have at most " + maxInputs + " inputs.");
            }
            texts.add(text);
        }
        if (texts.isEmpty()) {
            throw Problem.invalid("/input", "invalid-value", "The input must contain at least one text.");
        }
        return texts;
    }

    private static String text(JsonNode value, String pointer) {
        if (!value.isString() || value.stringValue().isBlank()) {
            throw Problem.invalid(
                    pointer,
                    "invalid-value",
                    "The input must be a text or an array of texts, none of them blank. Arrays of tokens are not"
                            + " supported.");
        }
        return value.stringValue();
    }
}
