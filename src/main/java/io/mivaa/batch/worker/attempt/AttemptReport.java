package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts how one attempt ended. Exactly one method is called for each attempt. */
final class AttemptReport {

    private static final Logger log = LoggerFactory.getLogger(AttemptReport.class);

    private final Claim claim;
    private final AttemptProgress progress;
    private final WorkerMetrics metrics;

    AttemptReport(AttemptProgress progress, WorkerMetrics metrics) {
        this.claim = progress.claim();
        this.progress = progress;
        this.metrics = metrics;
    }

    void succeeded(Outcome outcome) {
        RagDocument document = outcome.document();
        if (document != null) {
            long tokens = document.chunks().stream()
                    .mapToLong(chunk -> chunk.tokens())
                    .sum();
            metrics.embedded(document.chunks().size(), tokens);
        }
        metrics.ended("SUCCEEDED", "none");
        log.info(
                "Job {} of batch {} in workspace {} succeeded in attempt {} with {}, ms {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                claim.attempt(),
                document == null ? "an earlier result" : document.chunks().size() + " chunks",
                progress.timings());
    }

    void handedBack(String reason) {
        metrics.ended("HANDED_BACK", "none");
        log.info(
                "Job {} of batch {} in workspace {} handed back: {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                reason);
    }

    /** @param retry empty if the job was given up */
    void failed(Failure failure, Throwable thrown, Optional<RetryPolicy.Verdict> retry) {
        metrics.ended(retry.isPresent() ? "RETRYING" : "DEAD", failure.failureClass());
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
                        retry.map(again -> "retried in " + again.delay().toMillis() + " ms")
                                .orElse("given up"),
                        progress.timings());
    }

    /** PostgreSQL refuses to store the failure. The attempt continues to its end, so nothing is counted. */
    void refused() {
        log.error(
                "PostgreSQL refuses to store the failure of job {} of batch {}; it is settled without the details",
                claim.job(),
                claim.batch());
    }

    /** @param by what noticed it: the "commit" or the round of "progress" */
    void claimLost(String by) {
        metrics.lost(by);
        metrics.ended("LOST", "none");
        log.info(
                "Job {} of batch {} was cancelled or taken over while it ran here; its outcome is discarded",
                claim.job(),
                claim.batch());
    }

    void stoppedUnsettled() {
        metrics.ended("LOST", "none");
        log.warn(
                "Job {} of batch {} could not be settled before this instance stopped;"
                        + " another instance takes it over when the lease has expired",
                claim.job(),
                claim.batch());
    }

    /** No thread is available to settle the job, usually because the instance is stopping. */
    void unthreaded(Throwable failure) {
        metrics.ended("LOST", "none");
        log.warn(
                "No thread is available to settle job {} of batch {}; the heartbeat returns it to the queue: {}",
                claim.job(),
                claim.batch(),
                failure.toString());
    }

    void unsettled(Throwable failure) {
        metrics.ended("LOST", "none");
        log.error(
                "Job {} of batch {} could not be settled; the heartbeat returns it to the queue",
                claim.job(),
                claim.batch(),
                failure);
    }
}
