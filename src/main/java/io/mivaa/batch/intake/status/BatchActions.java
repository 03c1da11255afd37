package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.control.BatchControl;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.results.store.Results;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The actions of an owner on batches and jobs. Each changes PostgreSQL first, which decides, and then the hints in Redis.
 * The latter may fail: a claim refuses jobs that must not run, and the reconciler adds missing hints. Thread-safe.
 */
@Component
public class BatchActions {

    private static final Logger log = LoggerFactory.getLogger(BatchActions.class);

    private final Batches batches;
    private final Jobs jobs;
    private final BatchControl control;
    private final Cancellation cancellation;
    private final DeadLetters deadLetters;
    private final Backlog backlog;
    private final Results results;
    private final JobQueue queue;

    BatchActions(
            Batches batches,
            Jobs jobs,
            BatchControl control,
            Cancellation cancellation,
            DeadLetters deadLetters,
            Backlog backlog,
            Results results,
            JobQueue queue) {
        this.batches = batches;
        this.jobs = jobs;
        this.control = control;
        this.cancellation = cancellation;
        this.deadLetters = deadLetters;
        this.backlog = backlog;
        this.results = results;
        this.queue = queue;
    }

    public Batch cancel(Workspace workspace, BatchId id) {
        Batch before = find(workspace, id);
        if (before.state().terminal() && before.state() != BatchState.CANCELLED) {
            throw forbidden("cancelled", before);
        }
        if (cancellation.cancel(workspace, id)) {
            changeHints(() -> queue.drop(workspace, id));
        }
        return find(workspace, id);
    }

    public Batch pause(Workspace workspace, BatchId id) {
        Batch before = find(workspace, id);
        if (before.state().terminal()) {
            throw forbidden("paused", before);
        }
        if (control.pause(workspace, id, true)) {
            changeHints(() -> queue.drop(workspace, id));
        }
        return find(workspace, id);
    }

    public Batch resume(Workspace workspace, BatchId id) {
        Batch before = find(workspace, id);
        if (before.state().terminal()) {
            throw forbidden("resumed", before);
        }
        if (control.pause(workspace, id, false)) {
            changeHints(() -> queue.push(lane(before, before.priority()), backlog.queuedJobs(id)));
        }
        return find(workspace, id);
    }

    public Batch reprioritise(Workspace workspace, BatchId id, Priority priority) {
        Batch before = find(workspace, id);
        if (before.state().terminal()) {
            throw forbidden("changed", before);
        }
        if (control.reprioritise(workspace, id, priority)
                .filter(former -> former != priority)
                .isPresent()) {
            changeHints(() -> queue.move(lane(before, priority)));
        }
        return find(workspace, id);
    }

    Batch retry(Workspace workspace, BatchId id) {
        Batch before = find(workspace, id);
        if (before.state() == BatchState.CANCELLED) {
            throw forbidden("retried", before);
        }
        replay(workspace, DeadLetters.Filter.ofBatch(id), null);
        return find(workspace, id);
    }

    void delete(Workspace workspace, BatchId id) {
        Batch before = find(workspace, id);
        if (batches.isAwaited(id)) {
            throw Problem.conflict(
                    "invalid-state",
                    "Another batch waits for this one; delete this batch after the other has started.");
        }
        if (!results.forgetBatch(workspace, id)) {
            throw forbidden("deleted", before);
        }
    }

    public Job cancelJob(Workspace workspace, JobId id) {
        Job before = findJob(workspace, id);
        if (before.state().terminal() && before.state() != JobState.CANCELLED) {
            throw Problem.conflict("invalid-state", "A job in state " + before.state() + " cannot be cancelled.");
        }
        cancellation.cancel(workspace, id);
        return findJob(workspace, id);
    }

    Job retryJob(Workspace workspace, JobId id) {
        Job before = findJob(workspace, id);
        if (before.state() == JobState.SUCCEEDED || before.state() == JobState.CANCELLED) {
            throw Problem.conflict(
                    "invalid-state", "Only a job in state DEAD can be retried; this one is " + before.state() + ".");
        }
        List<Hint> replayed = replay(workspace, DeadLetters.Filter.ofJobs(List.of(id)), null);
        if (before.state() == JobState.DEAD && replayed.isEmpty()) {
            throw Problem.conflict(
                    "invalid-state", "The job cannot be retried, because it was discarded or its batch was cancelled.");
        }
        return findJob(workspace, id);
    }

    /** Queues dead letters again; see {@link DeadLetters#replay}. */
    public List<Hint> replay(Workspace workspace, DeadLetters.Filter filter, @Nullable Integer expected) {
        List<Hint> hints = deadLetters.replay(workspace, filter, expected);
        changeHints(() -> queue.push(hints));
        return hints;
    }

    private Batch find(Workspace workspace, BatchId id) {
        return batches.find(workspace, id).orElseThrow(() -> Problem.notFound("batch"));
    }

    private Job findJob(Workspace workspace, JobId id) {
        return jobs.find(workspace, id).orElseThrow(() -> Problem.notFound("job"));
    }

    private static Lane lane(Batch batch, Priority priority) {
        return new Lane(batch.workspace(), batch.id(), priority, batch.options().maxInFlight());
    }

    private static Problem forbidden(String what, Batch batch) {
        return Problem.conflict("invalid-state", "A batch in state " + batch.state() + " cannot be " + what + ".");
    }

    private static void changeHints(Runnable change) {
        try {
            change.run();
        } catch (DataAccessException e) {
            log.warn("The hints in Redis could not be changed; the reconciler will correct them: {}", e.toString());
        }
    }
}
