package io.mivaa.batch.intake;

import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.status.Batches;
import io.mivaa.batch.job.status.DeadLetters;
import io.mivaa.batch.job.status.Jobs;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.queue.HintLists;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Queue")
class QueueController {

    private static final int STALE = 50;

    private final Backlog backlog;
    private final Batches batches;
    private final Jobs jobs;
    private final DeadLetters deadLetters;
    private final Instances instances;
    private final BatchActions actions;
    private final HintLists queue;

    QueueController(
            Backlog backlog,
            Batches batches,
            Jobs jobs,
            DeadLetters deadLetters,
            Instances instances,
            BatchActions actions,
            HintLists queue) {
        this.backlog = backlog;
        this.batches = batches;
        this.jobs = jobs;
        this.deadLetters = deadLetters;
        this.instances = instances;
        this.actions = actions;
        this.queue = queue;
    }

    /**
     * The queue of a workspace.
     *
     * @param priorities what waits, for each priority that has something
     * @param jobs how many are in each state that is not final
     * @param finishedPerMinute jobs that became final within the last minute
     */
    record QueueView(boolean paused, List<DepthView> priorities, Map<JobState, Long> jobs, long finishedPerMinute) {

        static QueueView of(Workspace workspace, Batches batches, Backlog backlog) {
            List<DepthView> depths = backlog.depths(workspace).stream()
                    .map(depth -> new DepthView(
                            depth.priority().name().toLowerCase(Locale.ROOT), depth.queued(), depth.oldestSeconds()))
                    .toList();
            return new QueueView(
                    batches.allPaused(workspace),
                    depths,
                    backlog.open(workspace),
                    backlog.finishedLastMinute(workspace));
        }
    }

    record DepthView(String priority, long depth, double oldestSeconds) {}

    record WorkerView(
            String id,
            String host,
            long pid,
            int concurrency,
            int running,
            boolean alive,
            boolean draining,
            Instant startedAt,
            Instant leaseUntil) {}

    /** What is cleared: everything that waits, or that of one batch. */
    record Clearing(
            @Nullable ClearingFilter filter, @Nullable Integer expectedCount) {}

    record ClearingFilter(@Nullable UUID batchId) {}

    @Operation(summary = "Depth, oldest age and rates")
    @GetMapping("/queue")
    QueueView queue(Workspace workspace) {
        return QueueView.of(workspace, batches, backlog);
    }

    @Operation(summary = "Look at the jobs that are next, without taking them")
    @GetMapping("/queue/next")
    Listing<JobView> next(Workspace workspace, @RequestParam(required = false) @Nullable Integer limit) {
        int most = Cursor.limit(limit);
        return new Listing<>(
                jobs.next(workspace, hinted(workspace, most), most).stream()
                        .map(JobView::of)
                        .toList(),
                null);
    }

    /** Some more than asked for, because there are hints of jobs that wait no longer. */
    private List<JobId> hinted(Workspace workspace, int limit) {
        try {
            return queue.peek(workspace, limit + STALE);
        } catch (DataAccessException e) {
            return List.of();
        }
    }

    @Operation(summary = "Hold everything of the workspace; what runs already ends")
    @PostMapping("/queue/pause")
    QueueView pause(Workspace workspace) {
        actions.pauseAll(workspace, true);
        return queue(workspace);
    }

    @Operation(summary = "Let the workspace go on")
    @PostMapping("/queue/resume")
    QueueView resume(Workspace workspace) {
        actions.pauseAll(workspace, false);
        return queue(workspace);
    }

    @Operation(summary = "Cancel what waits, all of it or that of one batch")
    @PostMapping("/queue/clear")
    DeadLetterController.Affected clear(Workspace workspace, @RequestBody Clearing clearing) {
        if (clearing.expectedCount() == null) {
            throw Problem.invalid(
                    "/expectedCount", "missing-field", "Clearing needs the number of jobs it is expected to reach.");
        }
        DeadLetterController.atLeastNone(clearing.expectedCount());
        UUID batch = clearing.filter() == null ? null : clearing.filter().batchId();
        return new DeadLetterController.Affected(deadLetters.clearWaiting(
                workspace, batch == null ? null : new BatchId(batch), clearing.expectedCount()));
    }

    @Operation(summary = "The instances of the service")
    @GetMapping("/workers")
    Listing<WorkerView> workers() {
        return new Listing<>(
                instances.list().stream()
                        .map(instance -> new WorkerView(
                                instance.id().toString(),
                                instance.host(),
                                instance.pid(),
                                instance.concurrency(),
                                instance.running(),
                                instance.alive(),
                                instance.draining(),
                                instance.startedAt(),
                                instance.leaseUntil()))
                        .toList(),
                null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> countChanged(DeadLetters.CountChanged changed) {
        Problem problem = DeadLetterController.countProblem(changed);
        return ResponseEntity.status(problem.getStatusCode()).body(problem.getBody());
    }
}
