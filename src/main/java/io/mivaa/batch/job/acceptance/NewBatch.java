package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch to be accepted; it has no id yet. */
public record NewBatch(
        Workspace workspace,
        @Nullable String name,
        Priority priority,
        BatchOptions options,
        List<String> tags,
        Start start) {

    /**
     * When its jobs may start.
     *
     * @param at the earliest time, null for at once
     * @param after the batches that must be SUCCEEDED or PARTIAL first; when one is FAILED or CANCELLED, the jobs are
     *     given up
     */
    public record Start(@Nullable Instant at, List<BatchId> after) {

        /** At once, after no other batch. */
        public static final Start NOW = new Start(null, List.of());
    }
}
