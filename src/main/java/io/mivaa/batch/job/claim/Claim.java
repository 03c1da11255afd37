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
 * A job taken by an instance: everything a worker needs to run one attempt. Only whoever holds the newest fence can
 * settle the job.
 *
 * @param instance whose claim it is
 * @param waitedMillis how long the job had been queued
 * @param penalties how many rate limits it has met that cost no attempt
 * @param crashes how many instances have died while they were at it
 * @param sealedPassword what opens the document, as it was sealed for this job; null without one
 * @param known results that the workspace has of the same bytes, by the fingerprints of their settings
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

    /** What the document is known by in its workspace: the client's own id, or the SHA-256 of its bytes. */
    public String documentKey() {
        return externalId != null ? "external:" + externalId : "sha256:" + sha256;
    }
}
