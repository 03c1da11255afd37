package io.mivaa.batch.job;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way in.
 *
 * @param metadata a JSON object
 * @param content opens the bytes; called once, when the document is accepted
 * @param refusal why it can never succeed, if that is known already: its job is DEAD from the start
 */
public record NewDocument(
        @Nullable String externalId,
        String filename,
        @Nullable String declaredType,
        String mediaType,
        long bytes,
        String sha256,
        String metadata,
        Content content,
        @Nullable Failure refusal) {

    /** Opens the bytes of a document. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }
}
