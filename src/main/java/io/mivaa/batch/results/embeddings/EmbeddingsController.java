package io.mivaa.batch.results.embeddings;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.results.vectors.Vectors;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Offers the embedders in the form of OpenAI's API, errors included, so that an application can embed its queries with
 * the model of its documents by any client for that API.
 */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Embeddings")
class EmbeddingsController {

    private final Embeddings embeddings;
    private final EmbeddingsApiSettings settings;
    private final JsonMapper json;

    EmbeddingsController(Embeddings embeddings, EmbeddingsApiSettings settings, JsonMapper json) {
        this.embeddings = embeddings;
        this.settings = settings;
        this.json = json;
    }

    record EmbeddingList(String object, List<Item> data, String model, Usage usage) {}

    /** @param embedding an array of numbers, or base64 of little-endian float32 values */
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

    @Operation(
            summary = "Embed texts, in the form of OpenAI's API",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = EmbeddingsRequest.class))))
    @PostMapping(path = "/embeddings", consumes = MediaType.APPLICATION_JSON_VALUE)
    EmbeddingList embed(HttpServletRequest request) throws IOException {
        EmbeddingsRequest body =
                EmbeddingsRequest.read(request, (int) settings.maxRequestSize().toBytes(), json);
        String model = body.requiredModel();
        Embedder embedder = embeddings.embedder(model);
        boolean base64 = body.wantsBase64();
        boolean documents = body.embedsDocuments();
        body.requireDimensions(embedder.model().dimensions());
        List<String> texts = body.texts(settings.maxInputs());
        Embeddings.Embedded embedded = embeddings.embed(embedder, texts, !documents);
        List<Item> items = IntStream.range(0, texts.size())
                .mapToObj(
                        i -> new Item("embedding", i, encoded(embedded.vectors().get(i), base64)))
                .toList();
        return new EmbeddingList("list", items, model, new Usage(embedded.tokens(), embedded.tokens()));
    }

    @Operation(summary = "List the models, in the form of OpenAI's API")
    @GetMapping("/models")
    Models models() {
        return new Models(
                "list",
                embeddings.models().stream().map(EmbeddingsController::model).toList());
    }

    private static Model model(EmbeddingModel model) {
        return new Model(model.id(), "model", 0, model.provider(), model.dimensions(), model.maxTokens());
    }

    private static Object encoded(float[] vector, boolean base64) {
        return base64 ? Base64.getEncoder().encodeToString(Vectors.encode(vector)) : vector;
    }

    @ExceptionHandler
    ResponseEntity<OpenAiError> failed(Problem problem) {
        return ResponseEntity.status(problem.getStatusCode())
                .headers(problem.getHeaders())
                .contentType(MediaType.APPLICATION_JSON)
                .body(OpenAiError.of(problem));
    }
}
