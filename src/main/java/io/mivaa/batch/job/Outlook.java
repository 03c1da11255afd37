package io.mivaa.batch.job;

import java.time.Instant;
import java.util.Map;

/**
 * How far a batch is and what is to come.
 *
 * @param percent of its work, to the tenth; 100 when it is final and not before. Never falls, unless dead jobs are
 *     replayed
 * @param stages how many of its running jobs are in each stage; a stage without any may be missing
 */
public record Outlook(double percent, Map<JobStage, Integer> stages, Eta eta) {

    /** The most that a batch which is not final is told to be at. */
    public static final double MOST = 99.9;

    public static Outlook done(Map<JobStage, Integer> stages, Instant finishedAt) {
        return new Outlook(100, stages, Eta.done(finishedAt));
    }

    /** As it fits a state that the batch was in, and may have left since. */
    Outlook asOf(BatchState then, Instant at) {
        if (then.terminal()) {
            return done(Map.of(), at);
        }
        return eta.reason() == Eta.Reason.DONE ? new Outlook(MOST, stages, Eta.unknown(Eta.Reason.MEASURING)) : this;
    }
}
