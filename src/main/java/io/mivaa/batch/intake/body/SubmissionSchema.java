package io.mivaa.batch.intake.body;

import io.mivaa.batch.intake.options.Options;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The three forms of a batch for the OpenAPI description. No request is read into these records: {@link BatchReader}
 * reads the body as a stream.
 */
public final class SubmissionSchema {

    private SubmissionSchema() {}

    @Schema(name = "BatchForm")
    public record Form(
            @Schema(type = "array", description = "The documents; the part is repeated for each.")
            List<byte[]> files,

            @Nullable Options options,

            @Schema(
                    description = "The description of each file, under its name, or of a document in an archive, under"
                            + " archive.zip/path.")
            @Nullable
            Map<String, Manifest.Entry> manifest) {}

    @Schema(name = "BatchBody")
    public record Body(
            @Nullable String name,
            @Nullable Options options,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<Document> documents) {}

    @Schema(
            name = "DocumentBody",
            description = "A document with exactly one of text, base64, mivaa, docling and unstructured.")
    public record Document(
            @Nullable String externalId,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String filename,

            @Nullable String contentType,
            @Nullable Map<String, Object> metadata,

            @Schema(
                    format = "password",
                    accessMode = Schema.AccessMode.WRITE_ONLY,
                    description = "The password that opens the document.")
            @Nullable
            String password,

            @Nullable String text,

            @Schema(format = "byte") @Nullable String base64,

            @Schema(description = "An extraction result of Mivaa.") @Nullable
            Map<String, Object> mivaa,

            @Schema(description = "A DoclingDocument.") @Nullable
            Map<String, Object> docling,

            @Schema(description = "The elements that Unstructured made of a document.") @Nullable
            List<Object> unstructured) {}
}
