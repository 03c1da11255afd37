package io.mivaa.batch.worker;

import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Claim;
import io.mivaa.batch.job.ClaimLost;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.RagDocument;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One try at one job: runs the pipeline and settles the claim, exactly once, whatever happens. Nothing escapes
 * {@link #run} but an error of the virtual machine that no code survives.
 */
final class Attempt implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    /** Why the pool interrupts an attempt. */
    enum Stop {
        /** The instance stops: the job is handed back. */
        DRAIN,
        /** The job has had its time. */
        TIMEOUT
    }

    private final Claim claim;
    private final Workbench bench;
    private final AttemptProgress progress;
    private final Settlement settlement;

    private @Nullable Thread thread;
    private @Nullable Stop stop;

    Attempt(Claim claim, Workbench bench) {
        this.claim = claim;
        this.bench = bench;
        this.progress = new AttemptProgress(claim, bench.claims(), bench.retries(), bench.metrics());
        this.settlement = new Settlement(claim, bench.claims(), bench::stopped);
    }

    Claim claim() {
        return claim;
    }

    /** Interrupts the work, from another thread; the first reason counts. */
    synchronized void stop(Stop reason) {
        if (stop == null) {
            stop = reason;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public void run() {
        MDC.put("job.id", claim.job().toString());
        MDC.put("batch.id", claim.batch().toString());
        MDC.put("workspace", claim.workspace().name());
        bench.metrics().started(claim.waitedMillis());
        begin();
        try {
            transform();
        } catch (ClaimLost lost) {
            finish();
            lost();
        } catch (Throwable failure) {
            finish();
            settle(failure);
        } finally {
            finish();
            progress.record();
            MDC.clear();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
        if (stop != null) {
            thread.interrupt();
        }
    }

    /** From here on nothing interrupts this thread, and what did is forgotten: settling must go through. */
    private synchronized void finish() {
        thread = null;
        Thread.interrupted();
    }

    private void transform() throws IOException {
        PipelineOptions options = options(claim.options());
        Path file = bench.spool().newFile(".document");
        try {
            Source source = new Source(claim.filename(), claim.mediaType(), file, claim.bytes(), claim.sha256());
            String fingerprint = bench.pipeline().fingerprint(source, options);
            if (reuse(fingerprint)) {
                return;
            }
            RagDocument document = bench.providers()
                    .through(claim.options().embedding().provider(), () -> {
                        fetch(file);
                        return bench.pipeline().run(source, options, progress);
                    });
            finish();
            store(document, fingerprint);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("A temporary file stays until this process ends: {}", e.toString());
        }
    }

    private void fetch(Path file) throws IOException {
        bench.contents().copyTo(claim.job(), file);
        if (Files.size(file) != claim.bytes()) {
            throw new Rejected(
                    "content-not-kept",
                    "The bytes of this document were not kept, because it was refused when it came in; post it again.");
        }
    }

    /** The same bytes with the same settings give the same result, so an earlier one will do. */
    private boolean reuse(String fingerprint) {
        boolean reused = settlement.once(() -> bench.inTransaction(() -> bench.results()
                .findReusable(claim, fingerprint)
                .map(found -> {
                    bench.results().publish(claim, found.result());
                    bench.claims()
                            .succeed(claim, found.result(), true, found.pages(), found.chunks(), progress.timings());
                    return true;
                })
                .orElse(false)));
        if (reused) {
            succeeded("reused an earlier result");
        }
        return reused;
    }

    /** Result and state in one transaction, so that neither is ever seen without the other. */
    private void store(RagDocument document, String fingerprint) {
        progress.enter(JobStage.STORING);
        int chunks = document.chunks().size();
        settlement.once(() -> bench.inTransaction(() -> progress.timed(() -> {
            var result = bench.results().store(claim, document, fingerprint);
            bench.results().publish(claim, result);
            bench.claims().succeed(claim, result, false, document.pages(), chunks, progress.timings());
            return true;
        })));
        bench.metrics()
                .embedded(
                        chunks,
                        document.chunks().stream()
                                .mapToLong(chunk -> chunk.tokens())
                                .sum());
        succeeded(chunks + " chunks");
    }

    private void succeeded(String with) {
        bench.metrics().ended("SUCCEEDED", "none");
        log.info(
                "Job {} of batch {} in workspace {} succeeded in attempt {} with {}, ms {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                claim.attempt(),
                with,
                progress.timings());
    }

    private void settle(Throwable failure) {
        try {
            // What an interrupted step throws is its own choice, so the reason of the interrupt counts first.
            Stop why = stopped();
            if (why == Stop.TIMEOUT) {
                fail(timeout(), failure);
            } else if (why == Stop.DRAIN || failure instanceof CancellationException) {
                handBack("this instance stops");
            } else if (Settlement.databaseAway(failure)) {
                handBack("PostgreSQL was away");
            } else {
                fail(Diagnosis.of(failure), failure);
            }
        } catch (ClaimLost lost) {
            lost();
        } catch (CancellationException unsettled) {
            bench.metrics().ended("LOST", "none");
            log.warn(
                    "Job {} of batch {} could not be settled before this instance stopped;"
                            + " another takes it over when the lease has run out",
                    claim.job(),
                    claim.batch());
        } catch (RuntimeException unexpected) {
            bench.metrics().ended("LOST", "none");
            log.error(
                    "Job {} of batch {} could not be settled; the heartbeat gives it back",
                    claim.job(),
                    claim.batch(),
                    unexpected);
        }
    }

    private void handBack(String reason) {
        settlement.once(() -> {
            bench.claims().handBack(claim);
            return true;
        });
        bench.metrics().ended("HANDED_BACK", "none");
        log.info(
                "Job {} of batch {} in workspace {} handed back: {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                reason);
    }

    private void fail(Failure failure, Throwable thrown) {
        Optional<RetryPolicy.Verdict> verdict = bench.retries().judge(claim, failure, thrown);
        settlement.once(() -> {
            verdict.ifPresentOrElse(
                    again -> bench.claims()
                            .retryLater(
                                    claim,
                                    failure,
                                    again.delay(),
                                    again.countsAsAttempt(),
                                    progress.stage(),
                                    progress.timings()),
                    () -> bench.claims().bury(claim, failure, progress.stage(), progress.timings()));
            return true;
        });
        bench.metrics().ended(verdict.isPresent() ? "RETRYING" : "DEAD", failure.failureClass());
        log.atInfo()
                .setCause(failure.failureClass() == FailureClass.INTERNAL ? thrown : null)
                .log(
                        "Job {} of batch {} in workspace {} failed in attempt {} while {} with {} {}: {}; {}, ms {}",
                        claim.job(),
                        claim.batch(),
                        claim.workspace(),
                        claim.attempt(),
                        progress.stage(),
                        failure.failureClass(),
                        failure.code(),
                        failure.message(),
                        verdict.map(v -> "tried again in " + v.delay().toMillis() + " ms")
                                .orElse("given up"),
                        progress.timings());
    }

    private Failure timeout() {
        return new Failure(
                FailureClass.TIMEOUT,
                "attempt-timeout",
                "The attempt took longer than the allowed " + bench.jobTimeout().toSeconds() + " seconds.");
    }

    private synchronized @Nullable Stop stopped() {
        return stop;
    }

    private void lost() {
        bench.metrics().lost();
        bench.metrics().ended("LOST", "none");
        log.info(
                "Job {} of batch {} was cancelled or taken over while this instance had it; its outcome is thrown away",
                claim.job(),
                claim.batch());
    }

    private static PipelineOptions options(BatchOptions options) {
        BatchOptions.Chunking chunking = options.chunking();
        return new PipelineOptions(
                new ChunkingOptions(
                        chunking.strategy(), chunking.maxTokens(), chunking.overlapTokens(), chunking.minTokens()),
                options.embedding().provider() + "/" + options.embedding().model());
    }
}
