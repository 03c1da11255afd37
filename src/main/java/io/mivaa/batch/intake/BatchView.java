package io.mivaa.batch.intake;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A batch as the API tells it. */
record BatchView(
        String id,
        @Nullable String name,
        String state,
        boolean terminal,
        String priority,
        List<String> tags,
        Counts counts,
        Progress progress,
        BatchOptions options,
        @Nullable Instant scheduledAt,
        List<String> after,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /**
     * How far it is.
     *
     * @param percent 0 to 100; every final job counts as done
     * @param documentsPerMinute since the first job started, until the last one ended; null before
     */
    record Progress(double percent, @Nullable Double documentsPerMinute) {}

    static BatchView of(Batch batch) {
        return new BatchView(
                batch.id().toString(),
                batch.name(),
                batch.state().name(),
                batch.state().terminal(),
                batch.priority().name().toLowerCase(Locale.ROOT),
                batch.tags(),
                batch.counts(),
                progress(batch),
                batch.options(),
                batch.scheduledAt(),
                batch.after().stream().map(BatchId::toString).toList(),
                batch.createdAt(),
                batch.startedAt(),
                batch.finishedAt());
    }

    private static Progress progress(Batch batch) {
        int done = batch.counts().terminal();
        double percent = 100.0 * done / Math.max(1, batch.counts().total());
        return new Progress(Math.floor(percent * 10) / 10, rate(batch, done));
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
