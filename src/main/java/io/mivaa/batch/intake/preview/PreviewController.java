package io.mivaa.batch.intake.preview;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.BatchReader;
import io.mivaa.batch.intake.body.SubmissionSchema;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.options.Options;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.ParserFailure;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shows the text and the chunks of a document without storing it. */
@RestController
@RequestMapping("/api/v1/preview")
@Tag(name = "Preview")
class PreviewController {

    private static final Set<String> OPTIONS = Set.of("chunking", "embedding");

    private final BatchReader reader;
    private final Admission admission;
    private final PreviewReader previews;
    private final OptionsCheck options;
    private final PreviewSettings preview;
    private final JsonMapper json;

    PreviewController(
            BatchReader reader,
            Admission admission,
            PreviewReader previews,
            OptionsCheck options,
            PreviewSettings preview,
            JsonMapper json) {
        this.reader = reader;
        this.admission = admission;
        this.previews = previews;
        this.options = options;
        this.preview = preview;
        this.json = json;
    }

    /** A RagDocument without the fields that only a stored document has. */
    record Preview(
            String title,
            SourceView source,
            @Nullable String language,
            String text,
            Structure structure,
            List<RagDocument.PlacedTable> tables,
            List<RagDocument.Figure> figures,
            List<ChunkView> chunks,
            BatchOptions options,
            RagDocument.Quality quality) {

        record SourceView(
                String filename,
                String contentType,
                String sha256,
                long bytes,
                @Nullable Integer pages) {}

        record Structure(List<RagDocument.Heading> headings) {}

        /** @param context precedes the text when it is embedded; its tokens are counted */
        record ChunkView(
                int index,
                String text,
                int start,
                int end,
                @Nullable PageRange pages,
                List<String> headings,
                String kind,
                String context,
                int tokens,
                String sha256) {

            static ChunkView of(Chunk chunk) {
                return new ChunkView(
                        chunk.index(),
                        chunk.text(),
                        chunk.start(),
                        chunk.end(),
                        chunk.pages(),
                        chunk.headings(),
                        chunk.kind().name(),
                        chunk.context(),
                        chunk.tokens(),
                        chunk.sha256());
            }
        }

        static Preview of(NewDocument document, BatchOptions options, RagDocument read) {
            return new Preview(
                    read.title(),
                    new SourceView(
                            document.filename(),
                            document.mediaType(),
                            document.sha256(),
                            document.bytes(),
                            read.pages()),
                    read.language(),
                    read.text(),
                    new Structure(read.headings()),
                    read.tables(),
                    read.figures(),
                    read.chunks().stream().map(ChunkView::of).toList(),
                    options,
                    read.quality());
        }
    }

    @Operation(
            summary = "Parse and chunk one small document, without keeping it",
            description = "The document as in a batch, with at most the options chunking and embedding.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = SubmissionSchema.Form.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = SubmissionSchema.Document.class))
                            }))
    @PostMapping
    Preview preview(Workspace workspace, HttpServletRequest request) throws IOException {
        admission.refuseWithoutDisk(request.getContentLengthLong());
        try (BatchReader.Read read = reader.readOne(request, preview.maxSize().toBytes())) {
            refuseOtherOptions(read.submission().options());
            BatchOptions chosen =
                    options.check(workspace, read.submission().options()).options();
            if (read.submission().documents().isEmpty()) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "empty-batch", "The request has no document to preview.");
            }
            return preview(read.submission().documents().get(0), chosen);
        }
    }

    private Preview preview(NewDocument document, BatchOptions options) {
        if (document.refusal() != null) {
            throw refused(document.refusal().code(), document.refusal().message());
        }
        try {
            return Preview.of(document, options, previews.runTimed(() -> previews.read(document, options)));
        } catch (Rejected e) {
            throw refused(e.code(), String.valueOf(e.getMessage()));
        } catch (ParserFailure e) {
            throw refused(e.kind().code(), String.valueOf(e.getMessage()));
        } catch (TransientFailure e) {
            throw Problem.of(HttpStatus.SERVICE_UNAVAILABLE, e.code(), String.valueOf(e.getMessage()))
                    .retryAfter(2);
        } catch (PreviewReader.TooSlow e) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "preview-timeout",
                    "Reading the document takes longer than "
                            + preview.maxTime().toMillis() + " ms; send it in a batch, which allows more time.");
        }
    }

    private static Problem refused(String code, String message) {
        return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, message);
    }

    private void refuseOtherOptions(Options options) {
        for (Map.Entry<String, JsonNode> option : json.valueToTree(options).properties()) {
            if (!option.getValue().isNull() && !OPTIONS.contains(option.getKey())) {
                throw Problem.invalid(
                        "/options" + JsonProblems.step(option.getKey()),
                        "unknown-field",
                        "A preview accepts only the options chunking and embedding.");
            }
        }
    }
}
