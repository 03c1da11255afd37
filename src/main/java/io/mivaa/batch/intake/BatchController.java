package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.BatchReader;
import io.mivaa.batch.intake.body.BatchRequestBody;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.progress.view.BatchView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Accepts batches. Requests about accepted batches have their own controller, in the package {@code status}. */
@RestController
@RequestMapping("/api/v1/batches")
@Tag(name = "Batches")
class BatchController {

    private static final int MAX_KEY = 255;

    private final BatchReader reader;
    private final Intake intake;

    BatchController(BatchReader reader, Intake intake) {
        this.reader = reader;
        this.intake = intake;
    }

    @Operation(
            summary = "Post a batch of documents",
            description = "multipart/form-data with parts files, options, manifest; application/json with documents;"
                    + " or application/x-ndjson with one document a line and the options as query parameters.",
            responses =
                    @ApiResponse(
                            responseCode = "202",
                            description = "Accepted; Location says where to ask how far it is",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = BatchView.class))))
    @BatchRequestBody
    @PostMapping
    ResponseEntity<String> submit(
            Workspace workspace,
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key)
            throws IOException {
        checkKey(key);
        intake.refuseEarly(workspace, key, request.getContentLengthLong());
        try (BatchReader.Read read = reader.read(request)) {
            return accepted(intake.accept(workspace, read.submission(), key));
        }
    }

    private static void checkKey(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
            throw Problem.invalid(
                    "Idempotency-Key",
                    "invalid-value",
                    "An Idempotency-Key must have 1 to " + MAX_KEY + " characters.");
        }
    }

    private static ResponseEntity<String> accepted(Receipt receipt) {
        ResponseEntity.BodyBuilder response = ResponseEntity.accepted()
                .location(URI.create("/api/v1/batches/" + receipt.batch()))
                .contentType(MediaType.APPLICATION_JSON);
        if (receipt.replayed()) {
            response.header("Idempotency-Replayed", "true");
        }
        return response.body(receipt.body());
    }
}
