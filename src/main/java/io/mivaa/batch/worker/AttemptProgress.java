package io.mivaa.batch.worker;

import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Progress;
import io.mivaa.batch.pipeline.Stage;
import io.mivaa.batch.pipeline.StageRunner;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of one attempt: keeps how far it is, times them, retries a call that failed in passing, and stops
 * when the thread is interrupted. Written by the attempt's thread; {@link ProgressRound} and the watchdog read it.
 */
final class AttemptProgress implements StageRunner {

    private final Claim claim;
    private final RetryPolicy retries;
    private final WorkerMetrics metrics;
    private final ConcurrentMap<JobStage, Long> nanos = new ConcurrentSkipListMap<>();

    private volatile Point now = new Point(JobStage.PARSING, null, null, null);

    /** What the database has; known to the one thread that writes it there. The claim began with this. */
    private Point written = now;

    /** A moment of an attempt; replaced as a whole, so that no reader sees half of a step. */
    private record Point(
            JobStage stage,
            @Nullable Integer pages,
            @Nullable Integer chunks,
            @Nullable Integer embedded) {}

    /** What one round tells the database, and {@link #written()} once it is there. */
    record Report(Progress progress, Runnable written) {}

    AttemptProgress(Claim claim, RetryPolicy retries, WorkerMetrics metrics) {
        this.claim = claim;
        this.retries = retries;
        this.metrics = metrics;
    }

    @Override
    public <T> T run(Stage pipelineStage, Supplier<T> step) {
        enter(jobStage(pipelineStage));
        stopIfInterrupted();
        return timed(retries.inCallRetry(pipelineStage.name()).decorateSupplier(step));
    }

    @Override
    public void pagesRead(int read) {
        now = new Point(now.stage, read, now.chunks, now.embedded);
        stopIfInterrupted();
    }

    @Override
    public void chunked(int made) {
        now = new Point(now.stage, now.pages, made, 0);
    }

    @Override
    public void embedded(int done) {
        now = new Point(now.stage, now.pages, now.chunks, done);
    }

    void enter(JobStage next) {
        now = new Point(next, now.pages, now.chunks, now.embedded);
    }

    /** Runs something that belongs to the current stage's time. */
    <T> T timed(Supplier<T> work) {
        JobStage stage = stage();
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.merge(stage, System.nanoTime() - start, Long::sum);
        }
    }

    JobStage stage() {
        return now.stage;
    }

    @Nullable
    Integer pages() {
        return now.pages;
    }

    /** For one round, by one thread at a time. */
    Report report() {
        Point point = now;
        return new Report(
                new Progress(claim, !point.equals(written), point.stage, point.pages, point.chunks, point.embedded),
                () -> written = point);
    }

    /** Milliseconds by stage, the waiting in the queue included. */
    Map<String, Long> timings() {
        Map<String, Long> timings = new LinkedHashMap<>();
        timings.put("waiting", claim.waitedMillis());
        nanos.forEach((of, spent) -> timings.put(of.name().toLowerCase(Locale.ROOT), spent / 1_000_000));
        return timings;
    }

    /** Tells the meters; once, when the attempt has ended. */
    void record() {
        nanos.forEach(metrics::stage);
    }

    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
    }

    private static JobStage jobStage(Stage stage) {
        return switch (stage) {
            case PARSE -> JobStage.PARSING;
            case CHUNK -> JobStage.CHUNKING;
            case EMBED -> JobStage.EMBEDDING;
            case TRANSFORM -> JobStage.STORING;
        };
    }
}
