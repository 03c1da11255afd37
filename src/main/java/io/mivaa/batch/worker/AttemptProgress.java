package io.mivaa.batch.worker;

import io.mivaa.batch.job.Claim;
import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.pipeline.Stage;
import io.mivaa.batch.pipeline.StageRunner;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Runs the stages of one attempt: writes down how far it is, times them, retries a call that failed in passing, and
 * stops when the thread is interrupted or the claim is lost. Used by one thread.
 */
final class AttemptProgress implements StageRunner {

    private static final Logger log = LoggerFactory.getLogger(AttemptProgress.class);

    /** Between two writes of the same stage. */
    private static final long WRITE_EVERY_NANOS = 500_000_000;

    private final Claim claim;
    private final Claims claims;
    private final RetryPolicy retries;
    private final WorkerMetrics metrics;
    private final Map<JobStage, Long> nanos = new LinkedHashMap<>();

    private JobStage stage = JobStage.PARSING;
    private long written = System.nanoTime();
    private @Nullable Integer pages;
    private @Nullable Integer chunks;
    private @Nullable Integer embedded;

    AttemptProgress(Claim claim, Claims claims, RetryPolicy retries, WorkerMetrics metrics) {
        this.claim = claim;
        this.claims = claims;
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
        pages = read;
        stopIfInterrupted();
        writeNowAndThen();
    }

    @Override
    public void chunked(int made) {
        chunks = made;
        embedded = 0;
    }

    @Override
    public void embedded(int done) {
        embedded = done;
        writeNowAndThen();
    }

    /** Moves on to a stage; the change is written at once. */
    void enter(JobStage next) {
        if (next != stage) {
            stage = next;
            write();
        }
    }

    /** Runs something that belongs to the current stage's time. */
    <T> T timed(Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.merge(stage, System.nanoTime() - start, Long::sum);
        }
    }

    JobStage stage() {
        return stage;
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

    private void writeNowAndThen() {
        if (System.nanoTime() - written > WRITE_EVERY_NANOS) {
            write();
        }
    }

    /** A write that fails for any other reason than a lost claim costs nothing: the next one says more. */
    private void write() {
        written = System.nanoTime();
        try {
            claims.progress(claim, stage, pages, chunks, embedded);
        } catch (DataAccessException | TransactionException e) {
            log.debug("Progress of job {} was not written: {}", claim.job(), e.toString());
        }
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
