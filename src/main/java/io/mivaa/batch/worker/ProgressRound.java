package io.mivaa.batch.worker;

import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.HeldClaims.Answer;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells PostgreSQL how far all running attempts are, in one statement, and stops those that have lost their claim. A
 * job that is done between two rounds costs none. Used by one thread.
 */
final class ProgressRound {

    private static final Logger log = LoggerFactory.getLogger(ProgressRound.class);

    private final HeldClaims claims;
    private final Supplier<Collection<Attempt>> running;

    private boolean failing;

    ProgressRound(HeldClaims claims, Supplier<Collection<Attempt>> running) {
        this.claims = claims;
        this.running = running;
    }

    /** One round. A failure costs nothing, because the next round says more; it is told once for an outage. */
    void once() {
        try {
            report(running.get().stream().filter(attempt -> !attempt.handedOn()).toList());
            failing = false;
        } catch (RuntimeException | Error e) {
            if (!failing) {
                failing = true;
                log.warn("How far jobs are is not written until PostgreSQL answers again: {}", e.toString());
            }
        }
    }

    private void report(List<Attempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        List<AttemptProgress.Report> reports =
                attempts.stream().map(Attempt::report).toList();
        List<Answer> answers = claims.progress(
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
