package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.JobProgress;
import io.mivaa.batch.pipeline.Stage;
import io.mivaa.batch.pipeline.StageRunner;
import io.mivaa.batch.worker.settings.TimeLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of one attempt: records its progress, times the stages, retries a call after a transient failure, and
 * stops when the thread is interrupted. The attempt's thread writes it; {@code ProgressRound} and {@code Watchdog} read
 * it.
 */
public final class AttemptProgress implements StageRunner {

    private final Claim claim;
    private final RetryPolicy retries;
    private final WorkerMetrics metrics;
    private final ConcurrentMap<JobStage, Long> nanos = new ConcurrentSkipListMap<>();

    private volatile Point now = new Point(JobStage.PARSING, null, null, null);

    /** What the database has. Used only by the thread that writes it there. A claim starts with this. */
    private Point written = now;

    /** The state at one moment. Replaced as a whole, so that no reader sees half of a step. */
    private record Point(
            JobStage stage,
            @Nullable Integer pages,
            @Nullable Integer chunks,
            @Nullable Integer embedded) {}

    /** What one round writes to the database; {@link #written()} is run once it is there. */
    public record Report(JobProgress progress, Runnable written) {}

    AttemptProgress(Claim claim, RetryPolicy retries, WorkerMetrics metrics) {
        this.claim = claim;
        this.retries = retries;
        this.metrics = metrics;
    }

    Claim claim() {
        return claim;
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

    private void enter(JobStage next) {
        now = new Point(next, now.pages, now.chunks, now.embedded);
    }

    /** Runs something whose time counts for the current stage. */
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

    /** How long the attempt may work on its document, as far as its size is known by now. */
    Duration allowed(TimeLimit limit) {
        return limit.of(claim.bytes(), now.pages);
    }

    /** The report for one round. Used by one thread at a time. */
    Report report() {
        Point point = now;
        return new Report(
                new JobProgress(claim, !point.equals(written), point.stage, point.pages, point.chunks, point.embedded),
                () -> written = point);
    }

    /** Milliseconds by stage, including the wait in the queue. */
    Map<String, Long> timings() {
        Map<String, Long> timings = new LinkedHashMap<>();
        timings.put("waiting", claim.waitedMillis());
        nanos.forEach((of, spent) -> timings.put(of.name().toLowerCase(Locale.ROOT), spent / 1_000_000));
        return timings;
    }

    /** Records the times of the stages in the meters; called once, when the attempt has ended. */
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
