package io.mivaa.batch.intake.status;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.status.Batches;
import io.mivaa.batch.job.waiting.Backlog;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The queue of a workspace as the API shows it.
 *
 * @param priorities the depth of each priority that has queued jobs
 * @param jobs the number of jobs in each state that is not final
 * @param finishedPerMinute jobs that became final within the last minute
 */
record QueueView(boolean paused, List<DepthView> priorities, Map<JobState, Long> jobs, long finishedPerMinute) {

    record DepthView(String priority, long depth, double oldestSeconds) {

        static DepthView of(Backlog.Depth depth) {
            return new DepthView(
                    depth.priority().name().toLowerCase(Locale.ROOT), depth.queued(), depth.oldestSeconds());
        }
    }

    static QueueView of(Workspace workspace, Batches batches, Backlog backlog) {
        return new QueueView(
                batches.allPaused(workspace),
                backlog.depths(workspace).stream().map(DepthView::of).toList(),
                backlog.open(workspace),
                backlog.finishedLastMinute(workspace));
    }
}
