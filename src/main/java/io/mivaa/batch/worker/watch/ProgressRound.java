package io.mivaa.batch.worker.watch;

import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.HeldClaims.ProgressAnswer;
import io.mivaa.batch.worker.attempt.Attempt;
import io.mivaa.batch.worker.attempt.AttemptProgress;
import io.mivaa.batch.worker.attempt.Leash;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the progress of all running attempts to PostgreSQL in one statement, and stops the attempts that have lost
 * their claim. A job that is done between two rounds costs no statement. Used by one thread.
 */
public final class ProgressRound {

    private static final Logger log = LoggerFactory.getLogger(ProgressRound.class);

    private final HeldClaims claims;
    private final Supplier<Collection<Attempt>> running;

    private boolean failing;

    public ProgressRound(HeldClaims claims, Supplier<Collection<Attempt>> running) {
        this.claims = claims;
        this.running = running;
    }

    /** Runs one round. A failure costs nothing, because the next round reports more. It is logged once per outage. */
    public void once() {
        try {
            report(running.get().stream()
                    .filter(attempt -> !attempt.submitted())
                    .toList());
            failing = false;
        } catch (RuntimeException | Error e) {
            if (!failing) {
                failing = true;
                log.warn("The progress of jobs is not written until PostgreSQL responds again: {}", e.toString());
            }
        }
    }

    private void report(List<Attempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        List<AttemptProgress.Report> reports =
                attempts.stream().map(Attempt::report).toList();
        List<ProgressAnswer> answers = claims.progress(
                reports.stream().map(AttemptProgress.Report::progress).toList());
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).lost()) {
                attempts.get(i).stop(Leash.Stop.LOST);
            } else if (answers.get(i).written()) {
                reports.get(i).written().run();
            }
        }
    }
}
