package io.mivaa.batch.webhook;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event to be delivered to a webhook.
 *
 * @param target scheme, host and port of the URL
 * @param state PENDING, DELIVERED or FAILED
 * @param tries that were started since it was written or replayed
 * @param fence grows with each try; only the holder of the newest one may record the outcome
 * @param dueAt when it is tried next, or while it is tried, when it counts as abandoned; null when it has ended
 * @param status of the last answer; null if there was none
 * @param error why the last try failed
 */
record Delivery(
        UUID id,
        Workspace workspace,
        BatchId batch,
        @Nullable JobId job,
        String type,
        String url,
        String target,
        String payload,
        String state,
        int tries,
        long fence,
        @Nullable Instant dueAt,
        @Nullable Integer status,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant triedAt,
        @Nullable Instant endedAt) {}
