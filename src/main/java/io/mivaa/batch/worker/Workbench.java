package io.mivaa.batch.worker;

import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.results.store.Results;
import io.mivaa.batch.secrets.Secrets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything an attempt works with; shared by all attempts of an instance. Thread-safe. */
record Workbench(
        Claims claims,
        Settling settling,
        Contents contents,
        Secrets secrets,
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

    /**
     * What opens the document of the claim, null without one.
     *
     * @throws TransientFailure when it cannot be opened here: another instance, or this one with other keys, may
     */
    @Nullable
    Password password(Claim claim) {
        String sealed = claim.sealedPassword();
        try {
            return sealed == null
                    ? null
                    : new Password(secrets.open(sealed, claim.job().toString()));
        } catch (Secrets.CannotOpen e) {
            throw new TransientFailure(
                    "password-unreadable",
                    "The stored password of this document cannot be read: the key it was sealed with is not in"
                            + " mivaa.secrets.key here, or the stored value was changed.",
                    e);
        }
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
