package io.mivaa.batch.progress.view;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Eta;
import io.mivaa.batch.job.JobStage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch as the API shows it. */
public record BatchView(
        String id,
        @Nullable String name,
        String state,
        boolean terminal,
        String priority,
        List<String> tags,
        Counts counts,
        Progress progress,
        EtaView eta,
        BatchOptions options,
        @Nullable Instant scheduledAt,
        List<String> after,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /**
     * The progress of the batch.
     *
     * @param percent of its work, 0 to 100; every final job counts as done
     * @param documentsPerMinute average from the start of the first job to the end of the last one; null before
     * @param stages the number of running jobs in each stage
     */
    public record Progress(double percent, @Nullable Double documentsPerMinute, Stages stages) {}

    /** Running jobs by stage. */
    public record Stages(int parsing, int chunking, int embedding, int storing) {

        static Stages of(Map<JobStage, Integer> jobs) {
            return new Stages(
                    jobs.getOrDefault(JobStage.PARSING, 0),
                    jobs.getOrDefault(JobStage.CHUNKING, 0),
                    jobs.getOrDefault(JobStage.EMBEDDING, 0),
                    jobs.getOrDefault(JobStage.STORING, 0));
        }
    }

    /**
     * The expected end of the batch. Without an estimate everything but the reason is null.
     *
     * @param seconds from this response on; 0 for a final batch
     * @param low seconds; the end is between low and high in about nine of ten cases
     * @param reason why there is no estimate, or {@code done}; null with an estimate
     */
    public record EtaView(
            @Nullable Double seconds,
            @Nullable Instant finishAt,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable String reason) {

        static EtaView of(Eta eta) {
            Eta.Reason reason = eta.reason();
            return new EtaView(
                    seconds(eta.left()),
                    eta.finishAt(),
                    seconds(eta.low()),
                    seconds(eta.high()),
                    reason == null
                            ? null
                            : reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }

        /** Rounded to tenths of a second. */
        private static @Nullable Double seconds(@Nullable Duration duration) {
            return duration == null ? null : Math.round(duration.toMillis() / 100.0) / 10.0;
        }
    }

    /** Shows a batch. */
    public static BatchView of(Batch batch) {
        return new BatchView(
                batch.id().toString(),
                batch.name(),
                batch.state().name(),
                batch.state().terminal(),
                batch.priority().name().toLowerCase(Locale.ROOT),
                batch.tags(),
                batch.counts(),
                progress(batch),
                EtaView.of(batch.outlook().eta()),
                batch.options(),
                batch.scheduledAt(),
                batch.after().stream().map(BatchId::toString).toList(),
                batch.createdAt(),
                batch.startedAt(),
                batch.finishedAt());
    }

    private static Progress progress(Batch batch) {
        return new Progress(
                batch.outlook().percent(),
                rate(batch, batch.counts().terminal()),
                Stages.of(batch.outlook().stages()));
    }

    private static @Nullable Double rate(Batch batch, int done) {
        if (batch.startedAt() == null || done == 0) {
            return null;
        }
        Instant end = batch.finishedAt() == null ? batch.readAt() : batch.finishedAt();
        double minutes = Math.max(1, Duration.between(batch.startedAt(), end).toMillis()) / 60_000.0;
        return Math.round(10 * done / minutes) / 10.0;
    }
}
