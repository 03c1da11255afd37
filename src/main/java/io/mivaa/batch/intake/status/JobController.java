package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.progress.view.JobView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** Shows single jobs and their attempts, cancels and retries them. */
@RestController
@RequestMapping("/api/v1/jobs")
@Tag(name = "Jobs")
class JobController {

    /** A path without a valid id is not found, for any method. */
    private static final String ID = "/{id:[0-9a-fA-F-]{36}}";

    private final Jobs jobs;
    private final BatchActions actions;
    private final StatusAnswers answers;

    JobController(Jobs jobs, BatchActions actions, StatusAnswers answers) {
        this.jobs = jobs;
        this.actions = actions;
        this.answers = answers;
    }

    @Operation(summary = "Show a job and its progress; can wait for a change")
    @GetMapping(ID)
    DeferredResult<ResponseEntity<Object>> get(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable Integer wait,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String known) {
        return answers.job(workspace, new JobId(id), wait, known);
    }

    @Operation(summary = "List every start of a job with its outcome, oldest first")
    @GetMapping(ID + "/attempts")
    Listing<JobView.AttemptView> attempts(Workspace workspace, @PathVariable UUID id) {
        if (jobs.find(workspace, new JobId(id)).isEmpty()) {
            throw Problem.notFound("job");
        }
        return new Listing<>(
                jobs.attempts(workspace, new JobId(id)).stream()
                        .map(JobView.AttemptView::of)
                        .toList(),
                null);
    }

    @Operation(summary = "Cancel a job that is not final")
    @PostMapping(ID + "/cancel")
    ResponseEntity<JobView> cancel(Workspace workspace, @PathVariable UUID id) {
        return done(actions.cancelJob(workspace, new JobId(id)));
    }

    @Operation(summary = "Queue a dead job again")
    @PostMapping(ID + "/retry")
    ResponseEntity<JobView> retry(Workspace workspace, @PathVariable UUID id) {
        return done(actions.retryJob(workspace, new JobId(id)));
    }

    private static ResponseEntity<JobView> done(Job job) {
        return ResponseEntity.ok().eTag(StatusAnswers.etag(job.version())).body(JobView.of(job));
    }
}
