package io.mivaa.batch.job;

import java.time.Instant;
import java.util.Map;

/**
 * The progress of a batch, and when it will be done.
 *
 * @param percent of its work that is done, to the tenth; 100 if and only if it is final. Falls only when dead jobs are
 *     replayed
 * @param stages how many of its running jobs are in each stage; a stage without jobs may be missing
 */
public record Outlook(double percent, Map<JobStage, Integer> stages, Eta eta) {

    /** The highest percent of a batch that is not final. */
    public static final double MOST = 99.9;

    /** The outlook of a final batch. */
    public static Outlook done(Map<JobStage, Integer> stages, Instant finishedAt) {
        return new Outlook(100, stages, Eta.done(finishedAt));
    }

    /** Adapts this outlook to a state that the batch was in and may have left since. */
    Outlook asOf(BatchState then, Instant at) {
        if (then.terminal()) {
            return done(Map.of(), at);
        }
        return eta.reason() == Eta.Reason.DONE ? new Outlook(MOST, stages, Eta.unknown(Eta.Reason.MEASURING)) : this;
    }
}
