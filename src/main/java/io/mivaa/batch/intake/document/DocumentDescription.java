package io.mivaa.batch.intake.document;

import io.mivaa.batch.pipeline.document.Password;
import org.jspecify.annotations.Nullable;

/**
 * A document as the client describes it.
 *
 * @param metadata a JSON object
 */
public record DocumentDescription(
        @Nullable String externalId,
        String filename,
        @Nullable String contentType,
        @Nullable String metadata,
        @Nullable Password password) {

    /** In UTF-16 units. */
    public static final int MAX_EXTERNAL_ID = 512;
}
