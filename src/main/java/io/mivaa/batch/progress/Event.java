package io.mivaa.batch.progress;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job or a batch has entered a state.
 *
 * @param job null for an event of the batch itself
 * @param state the name of a JobState or BatchState
 * @param attempt of the job at that time
 * @param error of the job at that time
 * @param counts of the batch at that time; null for an event of a job
 * @param at the time, by the database's clock
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
