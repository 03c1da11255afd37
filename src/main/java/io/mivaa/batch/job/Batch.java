package io.mivaa.batch.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one POST. Each document is a job.
 *
 * @param scheduledAt when it may start, null for at once
 * @param after the batches that must end before it starts
 * @param startedAt when its first job was claimed
 * @param finishedAt when its last job became final
 * @param outlook its progress and when it will be done, at the time of this reading
 * @param readAt the time of this reading, by the database's clock
 * @param version changes with every change of the batch or of a job's state: the transaction that wrote the row last
 */
public record Batch(
        BatchId id,
        Workspace workspace,
        @Nullable String name,
        BatchState state,
        Priority priority,
        BatchOptions options,
        List<String> tags,
        @Nullable Instant scheduledAt,
        List<BatchId> after,
        Counts counts,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Outlook outlook,
        Instant readAt,
        long version) {

    /** The batch as it was when it entered a state that it may have left since. All other values are of this reading. */
    public Batch asOf(BatchState then, Counts countsThen, Instant at) {
        return new Batch(
                id,
                workspace,
                name,
                then,
                priority,
                options,
                tags,
                scheduledAt,
                after,
                countsThen,
                createdAt,
                Job.happenedBy(at, startedAt),
                then.terminal() ? at : null,
                outlook.asOf(then, at),
                at,
                version);
    }
}
