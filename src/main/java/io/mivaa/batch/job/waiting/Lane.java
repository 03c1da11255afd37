package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Where the hints of a batch wait: among the batches of its workspace, among the workspaces of its priority.
 *
 * @param maxInFlight how many of its jobs may run at a time, null for any number
 */
public record Lane(
        Workspace workspace,
        BatchId batch,
        Priority priority,
        @Nullable Integer maxInFlight) {}
