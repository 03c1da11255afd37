package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.worker.attempt.Leash.Stop;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at one job: runs the {@link Processing} of its document and hands the outcome, or the failure, to its
 * {@link Ending}, exactly once. {@link #run} throws nothing except errors of the virtual machine that cannot be
 * handled. It may return before the outcome is committed; the attempt is over after the commit.
 */
public final class Attempt implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    private final Claim claim;
    private final Workbench bench;
    private final Leash leash = new Leash();
    private final AttemptProgress progress;
    private final Ending ending;

    /**
     * @param threads commit an outcome that could not be committed with others
     * @param over called once, when the attempt is over, on any thread
     */
    public Attempt(Claim claim, Workbench bench, Executor threads, Consumer<Attempt> over) {
        this.claim = claim;
        this.bench = bench;
        this.progress = new AttemptProgress(claim, bench.retries(), bench.metrics());
        this.ending = new Ending(progress, leash, bench, threads, () -> over.accept(this));
    }

    public Claim claim() {
        return claim;
    }

    @Override
    public void run() {
        LogContext.run(claim, () -> {
            bench.metrics().started(claim.waitedMillis());
            process();
        });
    }

    private void process() {
        Runnable end;
        try {
            Outcome outcome = bench.processing().run(claim, progress, leash);
            end = () -> ending.succeed(outcome);
        } catch (Throwable failure) {
            end = () -> ending.fail(failure);
        }
        // If this thread was given up meanwhile, another has settled the attempt.
        if (leash.end()) {
            end.run();
        }
    }

    /** Interrupts the work on the document, from another thread; the first reason counts. */
    public void stop(Stop reason) {
        leash.stop(reason);
    }

    /** Interrupts the work on the document if it takes longer than it may. */
    public void stopWhenOverdue() {
        if (leash.atWork().compareTo(progress.allowed(bench.timeLimit())) > 0) {
            leash.stop(Stop.TIMEOUT);
        }
    }

    /**
     * Gives up a thread that was interrupted but has not stopped for this long.
     *
     * @return whether it was given up now; then the caller must call {@link #settleAbandoned}
     */
    public boolean abandonAfter(Duration grace) {
        return leash.abandonAfter(grace);
    }

    /** To be called by the thread at its end. @return whether it was given up */
    public boolean wasAbandoned() {
        return leash.wasAbandoned();
    }

    /** Settles an attempt whose thread was given up; the outcome of that thread is discarded. */
    public void settleAbandoned() {
        LogContext.run(claim, () -> {
            log.warn("Job {} of batch {} ignores its interrupt; its thread is given up", claim.job(), claim.batch());
            ending.fail(new CancellationException("its thread was given up"));
        });
    }

    /** Whether the outcome waits for its commit: then nothing is left to report or to stop. */
    public boolean submitted() {
        return ending.submitted();
    }

    /** The present progress, for the one thread that writes it to PostgreSQL. */
    public AttemptProgress.Report report() {
        return progress.report();
    }
}
