package io.mivaa.batch.progress.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobStage;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as the API shows it. */
public record JobView(
        String id,
        String batchId,
        @Nullable String externalId,
        String filename,
        String contentType,
        long bytes,
        String sha256,
        @JsonRawValue String metadata,
        String state,
        boolean terminal,
        @Nullable String stage,
        Progress progress,
        int attempt,
        int maxAttempts,
        int crashes,
        @Nullable ErrorView error,
        boolean reused,
        @Nullable Instant runAfter,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant discardedAt) {

    /**
     * The progress of the job. Pages, chunks and embedded chunks are those of the current attempt, null until known.
     *
     * @param percent of its work, 100 for a final job; a retry does not lower it
     */
    record Progress(
            int percent,
            @Nullable Integer pages,
            @Nullable Integer chunks,
            @Nullable Integer embedded) {}

    /** Why its last attempt failed. */
    public record ErrorView(@JsonProperty("class") String failureClass, String code, String message) {

        public static @Nullable ErrorView of(@Nullable Failure failure) {
            return failure == null
                    ? null
                    : new ErrorView(failure.failureClass().name(), failure.code(), failure.message());
        }
    }

    /** One start of the job. */
    public record AttemptView(
            int number,
            String instance,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable String stage,
            @Nullable ErrorView error,
            Map<String, Long> timings) {

        public static AttemptView of(JobAttempt attempt) {
            return new AttemptView(
                    attempt.number(),
                    attempt.instance().toString(),
                    attempt.startedAt(),
                    attempt.endedAt(),
                    attempt.outcome(),
                    name(attempt.stage()),
                    ErrorView.of(attempt.error()),
                    attempt.timings());
        }
    }

    /** Shows a job. */
    public static JobView of(Job job) {
        return new JobView(
                job.id().toString(),
                job.batchId().toString(),
                job.externalId(),
                job.filename(),
                job.mediaType(),
                job.bytes(),
                job.sha256(),
                job.metadata(),
                job.state().name(),
                job.state().terminal(),
                name(job.stage()),
                new Progress(job.percent(), job.pages(), job.chunks(), job.embedded()),
                job.attempt(),
                job.maxAttempts(),
                job.crashes(),
                ErrorView.of(job.error()),
                job.reused(),
                job.runAfter(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                job.discardedAt());
    }

    private static @Nullable String name(@Nullable JobStage stage) {
        return stage == null ? null : stage.name();
    }
}
