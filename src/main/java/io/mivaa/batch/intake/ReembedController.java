package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.progress.view.BatchView;
import io.mivaa.batch.results.reembed.Reembedding;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Embeds known documents with another model. */
@RestController
@RequestMapping("/api/v1/batches/reembed")
@Tag(name = "Batches")
class ReembedController {

    private final Intake intake;
    private final Reembedding reembedding;
    private final OptionsCheck options;
    private final IntakeSettings settings;
    private final JsonMapper json;

    ReembedController(
            Intake intake, Reembedding reembedding, OptionsCheck options, IntakeSettings settings, JsonMapper json) {
        this.intake = intake;
        this.reembedding = reembedding;
        this.options = options;
        this.settings = settings;
        this.json = json;
    }

    /** @param chunking as in the options of a batch: the documents are chunked again, in tokens of the new model */
    @Schema(name = "ReembedBody")
    record Request(
            Options.@Nullable Embedding embedding,
            Options.@Nullable Chunking chunking,
            @Nullable String name,
            @Nullable Filter filter) {}

    @Schema(name = "ReembedFilter")
    record Filter(
            @Nullable UUID batchId,
            @Nullable UUID documentId,
            @Nullable List<@Nullable String> tags) {}

    @Operation(
            summary = "Embed the workspace's documents with another model, as a separate batch",
            responses =
                    @ApiResponse(
                            responseCode = "202",
                            description = "Accepted; search switches over when the whole batch has succeeded",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = BatchView.class))))
    @PostMapping
    ResponseEntity<String> reembed(Workspace workspace, @RequestBody Request request) {
        BatchOptions.Embedding model = model(request);
        NewBatch batch = batch(workspace, request);
        List<JobId> sources = sources(workspace, model, which(request.filter()));
        Receipt receipt = intake.acceptAgain(batch, sources);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/batches/" + receipt.batch()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(receipt.body());
    }

    private static BatchOptions.Embedding model(Request request) {
        Options.Embedding embedding = request.embedding();
        if (embedding == null || embedding.provider() == null || embedding.model() == null) {
            throw Problem.invalid(
                    "/embedding", "missing-field", "State the provider and the model to embed the documents with.");
        }
        return new BatchOptions.Embedding(embedding.provider(), embedding.model());
    }

    private List<JobId> sources(Workspace workspace, BatchOptions.Embedding model, Reembedding.Which which) {
        int max = settings.maxStreamedDocuments();
        List<JobId> sources = reembedding.sources(workspace, which, model.provider(), model.model(), max + 1);
        if (sources.isEmpty()) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "no-documents",
                    "No document matches, or all matching documents already have vectors of this model.");
        }
        if (sources.size() > max) {
            throw Problem.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "batch-too-large",
                            "More than " + max + " documents match, which is the limit of a batch; use a filter.")
                    .with("limit", max);
        }
        return sources;
    }

    /** Checks the options as those of any batch. In this request they are not below {@code /options}. */
    private NewBatch batch(Workspace workspace, Request request) {
        Map<String, Object> chosen = new HashMap<>();
        chosen.put("embedding", request.embedding());
        chosen.put("chunking", request.chunking());
        chosen.put("name", request.name());
        try {
            return options.check(workspace, json.convertValue(chosen, Options.class));
        } catch (Problem problem) {
            throw problem.movedBy(pointer -> pointer.replaceFirst("^/options", ""));
        }
    }

    private static Reembedding.Which which(@Nullable Filter filter) {
        if (filter == null) {
            return new Reembedding.Which(null, null, List.of());
        }
        List<String> tags = filter.tags() == null
                ? List.of()
                : filter.tags().stream().map(ReembedController::tag).toList();
        return new Reembedding.Which(filter.batchId(), filter.documentId(), tags);
    }

    private static String tag(@Nullable String tag) {
        if (tag == null) {
            throw Problem.invalid("/filter/tags", "invalid-value", "A tag must not be null.");
        }
        return Objects.requireNonNull(StorableText.check(tag, "/filter/tags"));
    }
}
