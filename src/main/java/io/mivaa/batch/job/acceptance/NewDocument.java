package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document to be accepted.
 *
 * @param metadata a JSON object
 * @param content opens the bytes; called once, when the document is accepted
 * @param password of the document, null without one
 * @param refusal why it can never succeed, if that is known: its job is DEAD from the start; else null
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
        @Nullable Password password,
        @Nullable Failure refusal) {

    /** A document without a password. */
    public NewDocument(
            @Nullable String externalId,
            String filename,
            @Nullable String declaredType,
            String mediaType,
            long bytes,
            String sha256,
            String metadata,
            Content content,
            @Nullable Failure refusal) {
        this(externalId, filename, declaredType, mediaType, bytes, sha256, metadata, content, null, refusal);
    }

    /** Opens the bytes of a document. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    /** A password that this module never sees in clear text. */
    public interface Password {

        /** Encrypts it so that it can be read only with the key, and only for this job. */
        String sealedFor(JobId job);

        /** Marks that are equal for equal passwords but do not help to guess them: one per key, newest key first. */
        List<String> marks();
    }
}
