package io.mivaa.batch.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One document's way through the pipeline.
 *
 * @param seq position in the order of acceptance over all batches
 * @param mediaType what the content was detected to be
 * @param metadata what the client sent with it, a JSON object
 * @param reached the highest percent so far while it was not final; only a replay lowers it
 * @param pages how many were read so far; chunks and embedded likewise; null until known
 * @param attempt the number of the current or last attempt, 0 before the first
 * @param crashes how many instances died while they ran it
 * @param runAfter when it is due, for a waiting job
 * @param error of the last failed attempt
 * @param reused whether the result is that of an earlier job with the same bytes and settings
 */
public record Job(
        JobId id,
        long seq,
        BatchId batchId,
        Workspace workspace,
        @Nullable String externalId,
        String filename,
        String mediaType,
        long bytes,
        String sha256,
        String metadata,
        JobState state,
        @Nullable JobStage stage,
        int reached,
        @Nullable Integer pages,
        @Nullable Integer chunks,
        @Nullable Integer embedded,
        int attempt,
        int maxAttempts,
        int crashes,
        @Nullable Failure error,
        @Nullable Instant runAfter,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant discardedAt,
        boolean reused,
        long version) {

    /** The progress, 0 to 100. Every final job is at 100, however it ended. */
    public int percent() {
        return state.terminal() ? 100 : reached;
    }

    /**
     * The job as it was when it entered a state. Values of that moment are used where they are known. The others are those
     * of this reading, unless they belong to a state that was entered later.
     */
    public Job asOf(JobState then, int attemptThen, @Nullable Failure errorThen, Instant at) {
        boolean still = then == state && attemptThen == attempt;
        return new Job(
                id,
                seq,
                batchId,
                workspace,
                externalId,
                filename,
                mediaType,
                bytes,
                sha256,
                metadata,
                then,
                still ? stage : then == JobState.RUNNING ? JobStage.PARSING : null,
                reached,
                still ? pages : null,
                still ? chunks : null,
                still ? embedded : null,
                attemptThen,
                maxAttempts,
                crashes,
                errorThen,
                still ? runAfter : null,
                createdAt,
                happenedBy(at, startedAt),
                then.terminal() ? at : null,
                still ? discardedAt : null,
                still && reused,
                version);
    }

    /** A time that lies before {@code then}, or else null. */
    static @Nullable Instant happenedBy(Instant then, @Nullable Instant at) {
        return at == null || at.isAfter(then) ? null : at;
    }
}
