package io.mivaa.batch.progress;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A state that a job or a batch has entered.
 *
 * @param job null for an event of the batch itself
 * @param state the name of a JobState or BatchState
 * @param attempt of the job then
 * @param error of the job then
 * @param counts of the batch then; null for an event of a job
 * @param at when, by the database's clock
 */
record Event(
        long id,
        Workspace workspace,
        BatchId batch,
        @Nullable JobId job,
        String state,
        int attempt,
        @Nullable Failure error,
        @Nullable Counts counts,
        Instant at) {}
