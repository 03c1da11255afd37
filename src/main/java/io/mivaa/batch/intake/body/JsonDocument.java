package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.DocumentFields;
import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One document of a JSON request, whose fields come in any order. Not thread-safe. */
final class JsonDocument {

    private final BoundedJson json;
    private final Submission submission;
    private final IntakeSettings settings;
    private final String pointer;

    private @Nullable String externalId;
    private @Nullable String filename;
    private @Nullable String contentType;
    private @Nullable String metadata;
    private @Nullable String password;
    private @Nullable Content content;

    private record Content(JsonContent kind, Spool.Slice bytes) {}

    /** @param pointer to the document in the request */
    JsonDocument(BoundedJson json, Submission submission, IntakeSettings settings, String pointer) {
        this.json = json;
        this.submission = submission;
        this.settings = settings;
        this.pointer = pointer;
    }

    /** Reads the value of a field, at the current token; content goes into the spool. */
    void readField(String field) throws IOException {
        String at = pointer + JsonProblems.step(field);
        switch (field) {
            case "externalId" -> externalId = json.string(at);
            case "filename" -> filename = json.string(at);
            case "contentType" -> contentType = StorableText.check(json.string(at), at);
            case "password" -> password = json.string(at);
            case "metadata" -> metadata = metadata();
            default -> readContent(JsonContent.named(field).orElseThrow(() -> JsonProblems.unknownField(at)), at);
        }
    }

    private void readContent(JsonContent found, String at) throws IOException {
        if (content != null) {
            throw Problem.invalid(at, "invalid-value", "A document must have only one of " + JsonContent.NAMES + ".");
        }
        content = new Content(found, found.read(json, submission, at));
    }

    private @Nullable String metadata() {
        long max = settings.maxMetadataSize().toBytes();
        @Nullable
        JsonNode read = json.within(
                max * BoundedJson.BYTES_PER_CHARACTER + IntakeSettings.MAX_TEXT,
                () -> Problem.invalid(
                        pointer + "/metadata", "invalid-value", "The metadata must have at most " + max + " bytes."),
                () -> BoundedJson.MAPPER.readTree(json.parser()));
        return DocumentFields.metadata(read, pointer, settings, BoundedJson.MAPPER);
    }

    /**
     * Adds the document to the submission, after its last field.
     *
     * @throws Problem 400 when a required field is missing
     */
    void submit() throws IOException {
        if (filename == null) {
            throw Problem.invalid(pointer + "/filename", "missing-field", "Every document must have a filename.");
        }
        if (content == null) {
            throw Problem.invalid(pointer, "missing-field", "A document must have one of " + JsonContent.NAMES + ".");
        }
        submission.add(
                new DocumentDescription(
                        DocumentFields.externalId(externalId, pointer),
                        FileNames.clean(filename),
                        contentType,
                        metadata,
                        DocumentFields.password(password, pointer, settings)),
                content.bytes(),
                content.kind().mediaType());
    }
}
