package io.mivaa.batch.webhook;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a webhook is told.
 *
 * @param target scheme, host and port of the URL
 * @param state PENDING, DELIVERED or FAILED
 * @param tries begun since it was written or replayed
 * @param fence only who has the newest one may say how a try ended
 * @param dueAt when it is tried next, or counts as abandoned while it is tried; null when it has ended
 * @param status of the last answer; null when there was none
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
