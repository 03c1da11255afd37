package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.options.Options;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.progress.view.BatchView;
import io.mivaa.batch.progress.view.JobView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.json.JsonMapper;

/** Shows accepted batches and their jobs, and changes them. */
@RestController
@RequestMapping("/api/v1/batches")
@Tag(name = "Batches")
class BatchStatusController {

    /** A path without a valid id is not found, for any method. */
    private static final String ID = "/{id:[0-9a-fA-F-]{36}}";

    private final Batches batches;
    private final Jobs jobs;
    private final BatchActions actions;
    private final StatusAnswers answers;
    private final JsonMapper json;

    BatchStatusController(Batches batches, Jobs jobs, BatchActions actions, StatusAnswers answers, JsonMapper json) {
        this.batches = batches;
        this.jobs = jobs;
        this.actions = actions;
        this.answers = answers;
        this.json = json;
    }

    @Operation(
            summary = "List batches, newest first",
            description =
                    "With state, name or tag, a page covers only the next 10,000 batches. It may be short or empty and"
                            + " still have a nextCursor.")
    @GetMapping
    Listing<BatchView> list(
            Workspace workspace,
            @RequestParam(required = false) @Nullable String state,
            @Parameter(
                            description = "Part of the name, ignoring case",
                            schema = @Schema(minLength = 1, maxLength = Options.MAX_NAME))
                    @RequestParam(required = false)
                    @Nullable
                    String name,
            @Parameter(description = "One of its tags", schema = @Schema(minLength = 1, maxLength = Options.MAX_TAG))
                    @RequestParam(required = false)
                    @Nullable
                    String tag,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Page<Batch, BatchId> page = batches.list(
                workspace,
                new Batches.Filter(
                        state == null ? null : state(BatchState.class, state),
                        searchText("name", name, Options.MAX_NAME),
                        searchText("tag", tag, Options.MAX_TAG)),
                Cursor.decode(cursor, text -> new BatchId(UUID.fromString(text))),
                Cursor.limit(limit));
        return new Listing<>(page.items().stream().map(BatchView::of).toList(), Cursor.encode(page.next()));
    }

    @Operation(summary = "Show a batch and its progress; can wait for a change")
    @GetMapping(ID)
    DeferredResult<ResponseEntity<Object>> get(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable Integer wait,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String known) {
        return answers.batch(workspace, new BatchId(id), wait, known);
    }

    @Operation(summary = "List the jobs of a batch in the order of acceptance")
    @GetMapping(ID + "/jobs")
    Listing<JobView> jobs(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        mustExist(workspace, id);
        Page<Job, Long> page = jobs.list(
                workspace,
                new BatchId(id),
                state == null ? null : state(JobState.class, state),
                Cursor.decode(cursor, Long::valueOf),
                Cursor.limit(limit));
        return new Listing<>(page.items().stream().map(JobView::of).toList(), Cursor.encode(page.next()));
    }

    /** A line of the list of failed documents. */
    record FailedDocument(
            String jobId,
            @Nullable String externalId,
            String filename,
            int attempts,
            JobView.@Nullable ErrorView error) {}

    @Operation(summary = "One line of NDJSON for each document that failed")
    @GetMapping(path = ID + "/errors", produces = MediaType.APPLICATION_NDJSON_VALUE)
    ResponseEntity<StreamingResponseBody> errors(Workspace workspace, @PathVariable UUID id) {
        mustExist(workspace, id);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_NDJSON)
                .body(out -> jobs.forEachDead(workspace, new BatchId(id), job -> write(job, out)));
    }

    @Operation(summary = "Cancel every job that is not final")
    @PostMapping(ID + "/cancel")
    ResponseEntity<BatchView> cancel(Workspace workspace, @PathVariable UUID id) {
        return done(actions.cancel(workspace, new BatchId(id)));
    }

    @Operation(summary = "Pause a batch; jobs that are already running finish")
    @PostMapping(ID + "/pause")
    ResponseEntity<BatchView> pause(Workspace workspace, @PathVariable UUID id) {
        return done(actions.pause(workspace, new BatchId(id)));
    }

    @Operation(summary = "Resume a paused batch")
    @PostMapping(ID + "/resume")
    ResponseEntity<BatchView> resume(Workspace workspace, @PathVariable UUID id) {
        return done(actions.resume(workspace, new BatchId(id)));
    }

    @Operation(summary = "Queue the dead jobs of a batch again")
    @PostMapping(ID + "/retry")
    ResponseEntity<BatchView> retry(Workspace workspace, @PathVariable UUID id) {
        return done(actions.retry(workspace, new BatchId(id)));
    }

    /** The field of a batch that can be changed. */
    record Change(String priority) {}

    @Operation(summary = "Change the priority of a batch that is not final")
    @PatchMapping(ID)
    ResponseEntity<BatchView> change(Workspace workspace, @PathVariable UUID id, @RequestBody Change change) {
        if (change.priority() == null) {
            throw Problem.invalid("/priority", "missing-field", "State the priority; no other field can be changed.");
        }
        return done(actions.reprioritise(workspace, new BatchId(id), Options.priority("/priority", change.priority())));
    }

    @Operation(summary = "Delete a final batch with its content and results")
    @DeleteMapping(ID)
    ResponseEntity<Void> delete(Workspace workspace, @PathVariable UUID id) {
        actions.delete(workspace, new BatchId(id));
        return ResponseEntity.noContent().build();
    }

    private void mustExist(Workspace workspace, UUID id) {
        if (batches.find(workspace, new BatchId(id)).isEmpty()) {
            throw Problem.notFound("batch");
        }
    }

    private static ResponseEntity<BatchView> done(Batch batch) {
        return ResponseEntity.ok().eTag(StatusAnswers.etag(batch.version())).body(BatchView.of(batch));
    }

    private void write(Job job, OutputStream out) {
        try {
            out.write(json.writeValueAsBytes(new FailedDocument(
                    job.id().toString(),
                    job.externalId(),
                    job.filename(),
                    job.attempt(),
                    JobView.ErrorView.of(job.error()))));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Problem 400 for a text that no batch can have */
    private static @Nullable String searchText(String parameter, @Nullable String text, int max) {
        if (text != null && (text.isBlank() || text.length() > max)) {
            throw Problem.invalid(parameter, "invalid-value", "This parameter must have 1 to " + max + " characters.");
        }
        return StorableText.check(text, parameter);
    }

    private static <E extends Enum<E>> E state(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equals(name))
                .findAny()
                .orElseThrow(() -> Problem.invalid(
                        "state",
                        "invalid-value",
                        "state must be one of " + Arrays.toString(type.getEnumConstants()) + "."));
    }
}
