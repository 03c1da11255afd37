package io.mivaa.batch.progress.view;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.waiting.Depths;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The queue of a workspace as the API shows it.
 *
 * @param priorities the queued jobs of each priority that has some
 * @param jobs how many are in each state that is not final
 * @param finishedPerMinute jobs that became final within the last minute
 */
public record QueueView(boolean paused, List<DepthView> priorities, Map<JobState, Long> jobs, long finishedPerMinute) {

    /** The queued jobs of a priority, and the seconds that the oldest of them has waited. */
    public record DepthView(String priority, long depth, double oldestSeconds) {}

    /** Reads the queue from the database. */
    public static QueueView of(Workspace workspace, Batches batches, Depths depths) {
        List<DepthView> priorities = depths.byPriority(workspace).stream()
                .map(depth -> new DepthView(
                        depth.priority().name().toLowerCase(Locale.ROOT), depth.queued(), depth.oldestSeconds()))
                .toList();
        return new QueueView(
                batches.allPaused(workspace), priorities, depths.open(workspace), depths.finishedLastMinute(workspace));
    }
}
