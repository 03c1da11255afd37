package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.worker.attempt.GroupCommit.Verdict;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;

/**
 * The end of one attempt: commits its outcome or settles its failure, reports that, and then declares the attempt over.
 * One of {@link #succeed} and {@link #fail} is called, once. A small success is committed by {@link GroupCommit}; then
 * the attempt is over only when that has answered.
 */
final class Ending {

    private final Claim claim;
    private final AttemptProgress progress;
    private final Workbench bench;
    private final Executor threads;
    private final Runnable over;
    private final Settlement settlement;
    private final AttemptReport report;
    private final FailureSettlement failures;

    private volatile boolean submitted;

    /**
     * @param threads commit outcomes that could not be committed in a group
     * @param over called once, when the attempt is over, on any thread
     */
    Ending(AttemptProgress progress, Leash leash, Workbench bench, Executor threads, Runnable over) {
        this.claim = progress.claim();
        this.progress = progress;
        this.bench = bench;
        this.threads = threads;
        this.over = over;
        this.settlement = new Settlement(claim, bench.settling(), bench.stopping());
        this.report = new AttemptReport(progress, bench.metrics());
        this.failures = new FailureSettlement(progress, leash, bench, settlement, report);
    }

    /** Whether the outcome waits for its group's commit: then it is pointless to stop the attempt. */
    boolean submitted() {
        return submitted;
    }

    /** Result and state are committed in one transaction, so that neither is ever visible without the other. */
    void succeed(Outcome outcome) {
        if (GroupCommit.takes(outcome)) {
            submit(outcome);
        } else {
            commit(outcome, () -> progress.timed(() -> settlement.once(alone(outcome))));
        }
    }

    void fail(Throwable failure) {
        conclude(() -> failures.settle(failure));
    }

    private void submit(Outcome outcome) {
        submitted = true;
        try {
            bench.commits().submit(outcome, verdict -> answered(outcome, verdict));
        } catch (RuntimeException | Error noThread) {
            fail(noThread);
        }
    }

    /** Runs on the thread that commits for all attempts, which must not be kept busy with a failure. */
    private void answered(Outcome outcome, Verdict verdict) {
        if (verdict.committed()) {
            LogContext.run(claim, () -> conclude(() -> report.succeeded(outcome)));
            return;
        }
        try {
            threads.execute(() ->
                    LogContext.run(claim, () -> commit(outcome, () -> commitAlone(outcome, verdict.failure()))));
        } catch (RuntimeException | Error noThread) {
            // No thread works on the job any more: the heartbeat returns it, or the lease expires.
            over.run();
            report.unthreaded(noThread);
        }
    }

    private Supplier<Boolean> alone(Outcome outcome) {
        return () -> bench.outcomes().commitAlone(outcome);
    }

    /** @param failure of the group, which may have been caused by others only; null if this outcome was left out */
    private boolean commitAlone(Outcome outcome, @Nullable Throwable failure) {
        // A lock timeout or a deadlock means that the transaction was rolled back for certain.
        boolean unknown = failure != null
                && Settlement.databaseAway(failure)
                && !(failure instanceof PessimisticLockingFailureException);
        return unknown ? settlement.again(alone(outcome)) : settlement.once(alone(outcome));
    }

    /** @param transaction returns false if the result to reuse does not exist any more */
    private void commit(Outcome outcome, BooleanSupplier transaction) {
        conclude(() -> {
            try {
                if (transaction.getAsBoolean()) {
                    report.succeeded(outcome);
                } else {
                    failures.handBack("the result it was to reuse is gone");
                }
            } catch (Throwable failure) {
                failures.settle(failure);
            }
        });
    }

    private void conclude(Runnable last) {
        try {
            last.run();
            progress.record();
        } finally {
            over.run();
        }
    }
}
