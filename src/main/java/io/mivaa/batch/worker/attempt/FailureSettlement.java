package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.worker.attempt.Leash.Stop;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.springframework.dao.DataAccessException;

/** Settles an attempt that did not succeed: the job is handed back, retried later, or given up. */
final class FailureSettlement {

    private final Claim claim;
    private final AttemptProgress progress;
    private final Leash leash;
    private final Workbench bench;
    private final Settlement settlement;
    private final AttemptReport report;

    FailureSettlement(
            AttemptProgress progress, Leash leash, Workbench bench, Settlement settlement, AttemptReport report) {
        this.claim = progress.claim();
        this.progress = progress;
        this.leash = leash;
        this.bench = bench;
        this.settlement = settlement;
        this.report = report;
    }

    /** Settles the job as the failure demands. Throws nothing; a job that stays unsettled is reported. */
    void settle(Throwable failure) {
        try {
            if (leash.stopped() == Stop.LOST) {
                throw new ClaimLost(claim);
            }
            settleUnlessRefused(failure);
        } catch (ClaimLost lost) {
            report.claimLost(leash.stopped() == Stop.LOST ? "progress" : "commit");
        } catch (CancellationException stopped) {
            report.stoppedUnsettled();
        } catch (RuntimeException | Error unexpected) {
            report.unsettled(unexpected);
        }
    }

    /** Puts the job back into the queue, without a charge. */
    void handBack(String reason) {
        settlement.once(() -> {
            bench.settling().handBack(claim);
            return true;
        });
        report.handedBack(reason);
    }

    /**
     * If PostgreSQL refuses to store a failure, it would refuse it after every other attempt too. So it is replaced by
     * a failure that contains nothing of the document, and the retry policy bounds the number of attempts.
     */
    private void settleUnlessRefused(Throwable failure) {
        try {
            settleByCause(failure);
        } catch (DataAccessException refused) {
            report.refused();
            fail(Diagnosis.refused(), refused);
        }
    }

    /**
     * An outage of PostgreSQL comes first, because it is not the document's fault. Next comes the reason of an
     * interrupt, because an interrupted step may throw any exception.
     */
    private void settleByCause(Throwable failure) {
        if (failure instanceof ClaimLost lost) {
            throw lost;
        }
        Stop stop = leash.stopped();
        if (Settlement.databaseAway(failure)) {
            handBack("PostgreSQL was away");
        } else if (stop == Stop.TIMEOUT) {
            fail(timeout(), failure);
        } else if (stop == Stop.DRAIN || failure instanceof CancellationException) {
            handBack("this instance stops");
        } else {
            fail(Diagnosis.of(failure), failure);
        }
    }

    private void fail(Failure failure, Throwable thrown) {
        Optional<RetryPolicy.Verdict> retry = bench.retries().judge(claim, failure, thrown);
        settlement.once(() -> {
            retry.ifPresentOrElse(
                    again -> bench.settling()
                            .retryLater(
                                    claim,
                                    failure,
                                    again.delay(),
                                    again.countsAsAttempt(),
                                    progress.stage(),
                                    progress.timings()),
                    () -> bench.settling().bury(claim, failure, progress.stage(), progress.timings()));
            return true;
        });
        report.failed(failure, thrown, retry);
    }

    private Failure timeout() {
        return new Failure(
                FailureClass.TIMEOUT,
                "attempt-timeout",
                "The attempt took longer than the allowed "
                        + progress.allowed(bench.timeLimit()).toSeconds() + " seconds.");
    }
}
