package io.mivaa.batch.intake.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.control.CountChanged;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.progress.view.JobView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists dead letters, queues them again, and discards them. */
@RestController
@RequestMapping("/api/v1/dead-letters")
@Tag(name = "Dead letters")
class DeadLetterController {

    private final DeadLetters deadLetters;
    private final BatchActions actions;

    DeadLetterController(DeadLetters deadLetters, BatchActions actions) {
        this.deadLetters = deadLetters;
        this.actions = actions;
    }

    /** Selects jobs by ids, or by a filter with the number of jobs that the caller expects. */
    record Selection(
            @Nullable List<UUID> ids,
            @Nullable FilterBody filter,
            @Nullable Integer expectedCount) {}

    /** Absent fields do not restrict the selection. */
    record FilterBody(
            @Nullable UUID batchId,

            @JsonProperty("class") @Nullable String failureClass,

            @Nullable String code) {}

    @Operation(summary = "List the jobs that were given up and not discarded, in the order of acceptance")
    @GetMapping
    Listing<JobView> list(
            Workspace workspace,
            @RequestParam(required = false) @Nullable UUID batchId,
            @RequestParam(name = "class", required = false) @Nullable String failureClass,
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Page<Job, Long> page = deadLetters.list(
                workspace,
                filter(new FilterBody(batchId, failureClass, code), ""),
                Cursor.decode(cursor, Long::valueOf),
                Cursor.limit(limit));
        return new Listing<>(page.items().stream().map(JobView::of).toList(), Cursor.encode(page.next()));
    }

    @Operation(summary = "Queue dead letters again with a full set of attempts")
    @PostMapping("/replay")
    Affected replay(Workspace workspace, @RequestBody Selection selection) {
        return new Affected(actions.replay(workspace, filter(selection), expected(selection))
                .size());
    }

    @Operation(summary = "Discard dead letters; their jobs stay dead")
    @PostMapping("/discard")
    Affected discard(Workspace workspace, @RequestBody Selection selection) {
        return new Affected(deadLetters.discard(workspace, filter(selection), expected(selection)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> countChanged(CountChanged changed) {
        return ExpectedCount.exceeded(changed);
    }

    private static DeadLetters.Filter filter(Selection selection) {
        if ((selection.ids() == null) == (selection.filter() == null)) {
            throw Problem.invalid("", "missing-field", "Select the jobs either by ids or by filter.");
        }
        if (selection.ids() != null) {
            if (selection.ids().isEmpty()
                    || selection.ids().size() > 1000
                    || selection.ids().stream().anyMatch(Objects::isNull)) {
                throw Problem.invalid("/ids", "invalid-value", "ids must contain 1 to 1000 ids.");
            }
            return DeadLetters.Filter.ofJobs(
                    selection.ids().stream().map(JobId::new).toList());
        }
        ExpectedCount.check(
                selection.expectedCount(), "State in expectedCount how many jobs you expect the filter to match.");
        return filter(selection.filter(), "/filter/");
    }

    private static @Nullable Integer expected(Selection selection) {
        return selection.filter() == null ? null : selection.expectedCount();
    }

    private static DeadLetters.Filter filter(FilterBody body, String pointer) {
        FailureClass failureClass = body.failureClass() == null
                ? null
                : Arrays.stream(FailureClass.values())
                        .filter(value -> value.name().equals(body.failureClass()))
                        .findAny()
                        .orElseThrow(() -> Problem.invalid(
                                pointer + "class",
                                "invalid-value",
                                "class must be one of " + Arrays.toString(FailureClass.values()) + "."));
        return new DeadLetters.Filter(
                body.batchId() == null ? null : new BatchId(body.batchId()),
                failureClass,
                StorableText.check(body.code(), pointer + "code"),
                List.of());
    }
}
