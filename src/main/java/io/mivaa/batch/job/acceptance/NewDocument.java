package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way in.
 *
 * @param metadata a JSON object
 * @param content opens the bytes; called once, when the document is accepted
 * @param password what opens it, null without one
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
        @Nullable Password password,
        @Nullable Failure refusal) {

    /** One without a password. */
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

    /** A password, which is never seen here in clear. */
    public interface Password {

        /** So that only whoever has the key, and knows the job, can read it. */
        String sealedFor(JobId job);

        /** Equal for equal passwords, and of no use for guessing them: one for each key, that of the newest first. */
        List<String> marks();
    }
}
