package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.control.BatchControl;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.control.CountChanged;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.NextJobs;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.progress.view.JobView;
import io.mivaa.batch.progress.view.QueueView;
import io.mivaa.batch.queue.HintLists;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
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

/** Shows the queue and the instances of the service, and pauses, resumes or clears the queue. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Queue")
class QueueController {

    private static final int STALE = 50;

    private final Depths depths;
    private final Batches batches;
    private final NextJobs jobs;
    private final Cancellation cancellation;
    private final Instances instances;
    private final BatchControl control;
    private final HintLists queue;

    QueueController(
            Depths depths,
            Batches batches,
            NextJobs jobs,
            Cancellation cancellation,
            Instances instances,
            BatchControl control,
            HintLists queue) {
        this.depths = depths;
        this.batches = batches;
        this.jobs = jobs;
        this.cancellation = cancellation;
        this.instances = instances;
        this.control = control;
        this.queue = queue;
    }

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

    /** The jobs to clear: all waiting jobs, or those of one batch. */
    record Clearing(
            @Nullable ClearingFilter filter, @Nullable Integer expectedCount) {}

    record ClearingFilter(@Nullable UUID batchId) {}

    @Operation(summary = "Show the depth of the queue, the age of the oldest job, and rates")
    @GetMapping("/queue")
    QueueView queue(Workspace workspace) {
        return QueueView.of(workspace, batches, depths);
    }

    @Operation(summary = "List the next jobs without taking them")
    @GetMapping("/queue/next")
    Listing<JobView> next(Workspace workspace, @RequestParam(required = false) @Nullable Integer limit) {
        int most = Cursor.limit(limit);
        return new Listing<>(
                jobs.list(workspace, hinted(workspace, most), most).stream()
                        .map(JobView::of)
                        .toList(),
                null);
    }

    /** Reads more hints than needed, because some of them belong to jobs that no longer wait. */
    private List<JobId> hinted(Workspace workspace, int limit) {
        try {
            return queue.peek(workspace, limit + STALE);
        } catch (DataAccessException e) {
            return List.of();
        }
    }

    @Operation(summary = "Pause the workspace; jobs that are already running finish")
    @PostMapping("/queue/pause")
    QueueView pause(Workspace workspace) {
        control.pauseAll(workspace, true);
        return queue(workspace);
    }

    @Operation(summary = "Resume the workspace")
    @PostMapping("/queue/resume")
    QueueView resume(Workspace workspace) {
        control.pauseAll(workspace, false);
        return queue(workspace);
    }

    @Operation(summary = "Cancel the waiting jobs of the workspace or of one batch")
    @PostMapping("/queue/clear")
    Affected clear(Workspace workspace, @RequestBody Clearing clearing) {
        int expected = ExpectedCount.check(
                clearing.expectedCount(), "State in expectedCount how many jobs you expect to clear.");
        UUID batch = clearing.filter() == null ? null : clearing.filter().batchId();
        return new Affected(cancellation.clearWaiting(workspace, batch == null ? null : new BatchId(batch), expected));
    }

    @Operation(summary = "List the instances of the service")
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
    ResponseEntity<ProblemDetail> countChanged(CountChanged changed) {
        return ExpectedCount.exceeded(changed);
    }
}
