package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch on its way in, before it has an id. */
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
     * @param at not before this time, null for at once
     * @param after not before each of these batches is SUCCEEDED or PARTIAL; when one is FAILED or CANCELLED the jobs
     *     are given up
     */
    public record Start(@Nullable Instant at, List<BatchId> after) {

        public static final Start NOW = new Start(null, List.of());
    }
}
