package io.mivaa.batch.intake.document;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.pipeline.document.Password;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the fields that describe a document, in all forms of a request. */
public final class DocumentFields {

    private DocumentFields() {}

    public static @Nullable String externalId(@Nullable String id, String pointer) {
        StorableText.check(id, pointer + "/externalId");
        if (id != null && (id.isBlank() || id.length() > DocumentDescription.MAX_EXTERNAL_ID)) {
            throw Problem.invalid(
                    pointer + "/externalId",
                    "invalid-value",
                    "An externalId must have 1 to " + DocumentDescription.MAX_EXTERNAL_ID + " characters.");
        }
        return id;
    }

    public static @Nullable Password password(@Nullable String password, String pointer, IntakeSettings settings) {
        StorableText.check(password, pointer + "/password");
        if (password != null && (password.isEmpty() || password.length() > settings.maxPasswordLength())) {
            throw Problem.invalid(
                    pointer + "/password",
                    "invalid-value",
                    "A password must have 1 to " + settings.maxPasswordLength() + " characters.");
        }
        return password == null ? null : new Password(password);
    }

    /** @return the object as JSON, null without one */
    public static @Nullable String metadata(
            @Nullable JsonNode metadata, String pointer, IntakeSettings settings, JsonMapper json) {
        if (metadata == null || metadata.isNull()) {
            return null;
        }
        String written = json.writeValueAsString(metadata);
        if (!metadata.isObject()
                || written.length() > settings.maxMetadataSize().toBytes()
                || written.contains("\\u0000")
                || !StorableText.isStorable(written)) {
            throw Problem.invalid(
                    pointer + "/metadata",
                    "invalid-value",
                    "Metadata must be a JSON object of at most "
                            + settings.maxMetadataSize().toBytes() + " bytes of valid Unicode text.");
        }
        return written;
    }
}
