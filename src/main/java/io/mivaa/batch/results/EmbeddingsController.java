package io.mivaa.batch.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The embedders in the form of OpenAI's API, errors included, so that an application embeds its queries with the very
 * same model by whatever client it has.
 */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Embeddings")
class EmbeddingsController {

    private final Embeddings embeddings;
    private final EmbeddingsSettings settings;
    private final JsonMapper json;

    EmbeddingsController(Embeddings embeddings, EmbeddingsSettings settings, JsonMapper json) {
        this.embeddings = embeddings;
        this.settings = settings;
        this.json = json;
    }

    /**
     * @param input a text or several
     * @param encodingFormat {@code float} (default) or {@code base64}
     * @param dimensions those of the model, or left out
     * @param inputType {@code query} (default) or {@code document}, for models that want them told apart
     */
    @Schema(name = "EmbeddingsBody")
    record Body(
            @Schema(description = "provider/name") @Nullable String model,

            @Schema(types = {"string", "array"}) @Nullable JsonNode input,

            @JsonProperty("encoding_format") @Nullable String encodingFormat,
            @Nullable Integer dimensions,
            @JsonProperty("input_type") @Nullable String inputType) {}

    record Answer(String object, List<Item> data, String model, Usage usage) {}

    /** @param embedding numbers, or float32, little-endian, in base64 */
    record Item(String object, int index, Object embedding) {}

    record Usage(
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("total_tokens") long totalTokens) {}

    record Models(String object, List<Model> data) {}

    record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy,
            int dimensions,
            @JsonProperty("max_tokens") int maxTokens) {}

    record Failed(Reason error) {

        record Reason(String message, String type, @Nullable String param, String code) {}
    }

    @Operation(
            summary = "Embed texts, in the form of OpenAI's API",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = Body.class))))
    @PostMapping(path = "/embeddings", consumes = MediaType.APPLICATION_JSON_VALUE)
    Answer embed(HttpServletRequest request) throws IOException {
        Body body = read(request);
        if (body.model() == null) {
            throw Problem.invalid("/model", "missing-field", "A request names a model; see /api/v1/models.");
        }
        Embedder embedder = embeddings.embedder(body.model());
        boolean base64 = oneOf(body.encodingFormat(), "/encoding_format", "float", "base64");
        boolean documents = oneOf(body.inputType(), "/input_type", "query", "document");
        int width = embedder.model().dimensions();
        if (body.dimensions() != null && body.dimensions() != width) {
            throw Problem.invalid("/dimensions", "invalid-value", "Vectors of this model have " + width + " numbers.");
        }
        Embeddings.Embedded embedded = embeddings.embed(embedder, texts(body.input()), !documents);
        List<Item> items = IntStream.range(0, embedded.vectors().size())
                .mapToObj(
                        i -> new Item("embedding", i, encoded(embedded.vectors().get(i), base64)))
                .toList();
        return new Answer("list", items, body.model(), new Usage(embedded.tokens(), embedded.tokens()));
    }

    @Operation(summary = "The models there are, in the form of OpenAI's API")
    @GetMapping("/models")
    Models models() {
        return new Models(
                "list",
                embeddings.models().stream().map(EmbeddingsController::model).toList());
    }

    private static Model model(EmbeddingModel model) {
        return new Model(Embeddings.name(model), "model", 0, model.provider(), model.dimensions(), model.maxTokens());
    }

    /** Not by the usual way, which would read a body of any length. */
    private Body read(HttpServletRequest request) throws IOException {
        int most = (int) settings.maxRequestSize().toBytes();
        byte[] bytes = request.getContentLengthLong() > most
                ? new byte[most + 1]
                : request.getInputStream().readNBytes(most + 1);
        if (bytes.length > most) {
            throw Problem.of(
                    HttpStatus.CONTENT_TOO_LARGE, "request-too-large", "A request has at most " + most + " bytes.");
        }
        try {
            Body body = json.readValue(bytes, Body.class);
            if (body == null) {
                throw Problem.invalid("", "invalid-value", "There must be a JSON object here.");
            }
            return body;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    private static boolean oneOf(@Nullable String value, String pointer, String usual, String other) {
        if (value == null || value.equals(usual)) {
            return false;
        }
        if (value.equals(other)) {
            return true;
        }
        throw Problem.invalid(pointer, "invalid-value", "This is " + usual + " or " + other + ".");
    }

    private List<String> texts(@Nullable JsonNode input) {
        if (input == null || input.isNull()) {
            throw Problem.invalid("/input", "missing-field", "A request has an input.");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : input.isArray() ? input : List.of(input)) {
            if (!each.isString() || each.stringValue().isBlank()) {
                throw Problem.invalid(
                        input.isArray() ? "/input/" + texts.size() : "/input",
                        "invalid-value",
                        "An input is a text, not empty, or an array of such; arrays of tokens are not taken.");
            }
            if (texts.size() == settings.maxInputs()) {
                throw Problem.invalid(
                        "/input", "invalid-value", "A request has at most " + settings.maxInputs() + " inputs.");
            }
            texts.add(each.stringValue());
        }
        if (texts.isEmpty()) {
            throw Problem.invalid("/input", "invalid-value", "There must be at least one input.");
        }
        return texts;
    }

    private static Object encoded(float[] vector, boolean base64) {
        return base64 ? Base64.getEncoder().encodeToString(Vectors.encode(vector)) : vector;
    }

    /** In OpenAI's form, with the codes that the service has everywhere. */
    @ExceptionHandler
    ResponseEntity<Failed> failed(Problem problem) {
        Map<String, Object> properties = problem.getBody().getProperties() == null
                ? Map.of()
                : problem.getBody().getProperties();
        String param = null;
        String code = problem.code();
        if (properties.get("errors") instanceof List<?> errors && errors.get(0) instanceof Problem.Invalid invalid) {
            param = invalid.pointer().replaceFirst("^/", "").replace('/', '.');
            code = invalid.code();
        }
        int status = problem.getStatusCode().value();
        String type = status == 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error";
        return ResponseEntity.status(status)
                .headers(problem.getHeaders())
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Failed(new Failed.Reason(
                        String.valueOf(problem.getBody().getDetail()), type, param, code.replace('-', '_'))));
    }
}
