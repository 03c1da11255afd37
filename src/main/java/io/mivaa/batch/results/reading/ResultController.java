package io.mivaa.batch.results.reading;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.results.reading.StoredResults.Head;
import io.mivaa.batch.results.reading.StoredResults.Succeeded;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Returns the result of a job as JSON, and the results of a batch as one line of JSON per document. */
@RestController
@RequestMapping("/api/v1")
class ResultController {

    /** Whether every job of the batch is final, so that no lines will be added. */
    static final String TERMINAL = "X-Batch-Terminal";

    private static final int JOBS = 200;

    private final Jobs jobs;
    private final Batches batches;
    private final StoredResults results;
    private final RagDocumentWriter writer;

    ResultController(Jobs jobs, Batches batches, StoredResults results, RagDocumentWriter writer) {
        this.jobs = jobs;
        this.batches = batches;
        this.results = results;
        this.writer = writer;
    }

    @GetMapping(path = "/jobs/{id}/result", produces = MediaType.APPLICATION_JSON_VALUE)
    void result(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "false") boolean embeddings,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Job job = jobs.find(workspace, new JobId(id)).orElseThrow(() -> Problem.notFound("job"));
        if (job.state() != JobState.SUCCEEDED) {
            throw Problem.conflict("invalid-state", whyNoResult(job)).with("state", job.state());
        }
        Head head = results.head(workspace, job.id()).orElseThrow(() -> Problem.notFound("job"));
        StreamedBody.write(
                request, response, MediaType.APPLICATION_JSON_VALUE, out -> writer.write(head, embeddings, out));
    }

    @GetMapping(path = "/batches/{id}/results", produces = MediaType.APPLICATION_NDJSON_VALUE)
    void results(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "false") boolean embeddings,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        BatchId batch = new BatchId(id);
        // Read before the jobs, so that true means that no job is missing below.
        boolean terminal = batches.find(workspace, batch)
                .orElseThrow(() -> Problem.notFound("batch"))
                .state()
                .terminal();
        response.setHeader(TERMINAL, Boolean.toString(terminal));
        StreamedBody.write(
                request,
                response,
                MediaType.APPLICATION_NDJSON_VALUE,
                out -> writeAll(workspace, batch, embeddings, out));
    }

    private void writeAll(Workspace workspace, BatchId batch, boolean embeddings, OutputStream out) {
        List<Succeeded> succeeded = results.succeeded(workspace, batch, 0, JOBS);
        while (!succeeded.isEmpty()) {
            for (Succeeded job : succeeded) {
                Head head = results.head(workspace, job.job())
                        .orElseThrow(() ->
                                new IllegalStateException("batch " + batch + " was deleted while it was exported"));
                writer.write(head, embeddings, out);
                endLine(out);
            }
            succeeded = results.succeeded(
                    workspace, batch, succeeded.get(succeeded.size() - 1).seq(), JOBS);
        }
    }

    /** Rethrows past every advice to the server, because only the server can cut the connection. */
    @ExceptionHandler
    void breakOff(StreamedBody.BrokenOff failure) {
        throw failure;
    }

    private static void endLine(OutputStream out) {
        try {
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String whyNoResult(Job job) {
        return switch (job.state()) {
            case DEAD ->
                "The job failed and has no result"
                        + (job.error() == null
                                ? "."
                                : " (" + job.error().code() + "): "
                                        + job.error().message());
            case CANCELLED -> "The job was cancelled and has no result.";
            default -> "The job is " + job.state() + ". It has a result only when it is SUCCEEDED.";
        };
    }
}
