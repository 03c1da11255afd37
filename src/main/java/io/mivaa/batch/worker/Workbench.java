package io.mivaa.batch.worker;

import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.Contents;
import io.mivaa.batch.job.Settling;
import io.mivaa.batch.job.SpoolDirectory;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.results.Results;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Everything an attempt works with; shared by all attempts of an instance. Thread-safe. */
record Workbench(
        Claims claims,
        Settling settling,
        Contents contents,
        SpoolDirectory spool,
        ProviderGates providers,
        Results results,
        GroupCommit commits,
        RetryPolicy retries,
        WorkerMetrics metrics,
        TimeLimit timeLimit,
        Abandoned abandoned,
        CountDownLatch stopping) {

    /** With every embedder behind its provider's gate. */
    Pipeline pipeline() {
        return providers.pipeline();
    }

    /** Waits for a moment and says whether the instance has given up waiting for its attempts. */
    boolean stopped() {
        try {
            return stopping.await(Settlement.pauseMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
