package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job claimed by an instance: everything that a worker needs to run one attempt. Only the holder of the newest fence
 * can settle the job.
 *
 * @param instance the instance that has claimed it
 * @param waitedMillis how long the job had been queued
 * @param penalties how many rate limits it has run into that cost no attempt
 * @param crashes how many instances have died while they ran it
 * @param sealedPassword the password of the document, sealed for this job; null without one
 * @param known results of the workspace for the same bytes, by the fingerprints of their settings
 */
public record Claim(
        JobId job,
        long seq,
        BatchId batch,
        Workspace workspace,
        InstanceId instance,
        long fence,
        int attempt,
        int maxAttempts,
        @Nullable String externalId,
        String filename,
        String mediaType,
        long bytes,
        String sha256,
        BatchOptions options,
        long waitedMillis,
        int penalties,
        int crashes,
        @Nullable String sealedPassword,
        Map<String, UUID> known) {

    public Claim {
        known = Map.copyOf(known);
    }

    /** Identifies the document in its workspace: the client's own id, or the SHA-256 of its bytes. */
    public String documentKey() {
        return externalId != null ? "external:" + externalId : "sha256:" + sha256;
    }

    /** This claim with the results that were looked up for it. */
    Claim withKnown(Map<String, UUID> results) {
        return new Claim(
                job,
                seq,
                batch,
                workspace,
                instance,
                fence,
                attempt,
                maxAttempts,
                externalId,
                filename,
                mediaType,
                bytes,
                sha256,
                options,
                waitedMillis,
                penalties,
                crashes,
                sealedPassword,
                results);
    }
}
