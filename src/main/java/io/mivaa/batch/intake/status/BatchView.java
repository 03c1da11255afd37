package io.mivaa.batch.intake.status;

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

/** A batch as the API tells it. */
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
     * How far it is.
     *
     * @param percent of its work, 0 to 100; every final job counts as done
     * @param documentsPerMinute since the first job started, until the last one ended; null before
     * @param stages how many of its running jobs are in each stage
     */
    record Progress(double percent, @Nullable Double documentsPerMinute, Stages stages) {}

    /** Running jobs by stage. */
    record Stages(int parsing, int chunking, int embedding, int storing) {

        static Stages of(Map<JobStage, Integer> jobs) {
            return new Stages(
                    jobs.getOrDefault(JobStage.PARSING, 0),
                    jobs.getOrDefault(JobStage.CHUNKING, 0),
                    jobs.getOrDefault(JobStage.EMBEDDING, 0),
                    jobs.getOrDefault(JobStage.STORING, 0));
        }
    }

    /**
     * When it will be done. All but the reason are null when that cannot be told.
     *
     * @param seconds from this answer on; 0 when it is final
     * @param low seconds; it lies between low and high about nine times in ten
     * @param reason why it cannot be told, or {@code done}; null when it can
     */
    record EtaView(
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

        /** To the tenth. */
        private static @Nullable Double seconds(@Nullable Duration duration) {
            return duration == null ? null : Math.round(duration.toMillis() / 100.0) / 10.0;
        }
    }

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
