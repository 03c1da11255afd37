package io.mivaa.batch.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one POST brought.
 *
 * @param scheduledAt when it may start, null for at once
 * @param after the batches it starts after
 * @param startedAt when its first job was claimed
 * @param finishedAt when its last job became final
 * @param outlook how far it is and what is to come, at this reading
 * @param readAt the database's time of this reading
 * @param version another one after every change of the batch or of a job's state: the transaction that wrote the row last
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

    /** As it was when it entered a state that it may have left since: what else is told of it is of this reading. */
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
