package io.mivaa.batch.intake.preview;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.BatchReader;
import io.mivaa.batch.intake.body.BatchRequestBody;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.pipeline.ParserFailure;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.results.store.Pace;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Estimates the size and the duration of a batch without accepting it. */
@RestController
@RequestMapping("/api/v1/batches/estimate")
@Tag(name = "Batches")
class EstimateController {

    private final BatchReader reader;
    private final OptionsCheck options;
    private final Admission admission;
    private final PreviewReader previews;
    private final Pace pace;
    private final Depths depths;
    private final PreviewSettings preview;

    EstimateController(
            BatchReader reader,
            OptionsCheck options,
            Admission admission,
            PreviewReader previews,
            Pace pace,
            Depths depths,
            PreviewSettings preview) {
        this.reader = reader;
        this.options = options;
        this.admission = admission;
        this.previews = previews;
        this.pace = pace;
        this.depths = depths;
        this.preview = preview;
    }

    /**
     * The estimate of a batch. A figure is null when it is unknown: no document could be read in time, or no job of this
     * model has run recently.
     *
     * @param documents in the request
     * @param refused documents whose jobs would be dead letters from the start
     * @param seconds the workers would need for the batch
     * @param waitSeconds the workers need for the jobs that are open now, if they do all of them first
     */
    record Estimate(
            int documents,
            int refused,
            @Nullable Long pages,
            @Nullable Long chunks,
            @Nullable Long tokens,
            @Nullable Double seconds,
            @Nullable Double waitSeconds,
            Basis basis) {}

    /**
     * The basis of the estimate.
     *
     * @param documentsRead for this response; the other documents of a format are assumed to be alike, in proportion to
     *     their bytes
     * @param jobs of this model whose duration gives the rate
     * @param concurrency jobs that all instances together run at a time
     * @param openJobs that are waiting or running now
     */
    record Basis(int documentsRead, long jobs, @Nullable Double millisPerChunk, int concurrency, long openJobs) {}

    @Operation(
            summary = "Estimate the size and the duration of a batch without accepting it",
            description = "The same bodies as POST /batches.")
    @BatchRequestBody
    @PostMapping
    Estimate estimate(Workspace workspace, HttpServletRequest request) throws IOException {
        admission.refuseWithoutDisk(request.getContentLengthLong());
        try (BatchReader.Read read = reader.read(request)) {
            BatchOptions options =
                    this.options.check(workspace, read.submission().options()).options();
            List<NewDocument> documents = read.submission().documents();
            if (documents.isEmpty()) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "empty-batch", "A batch must have at least one document.");
            }
            List<NewDocument> left = documents.stream()
                    .filter(document -> document.refusal() == null)
                    .toList();
            return estimate(documents.size(), left, sample(left, options), options);
        }
    }

    /** Reads documents in random order until the time is over; the order is the same for each request. */
    private DocumentSample sample(List<NewDocument> documents, BatchOptions options) {
        DocumentSample sample = new DocumentSample();
        List<NewDocument> shuffled = new ArrayList<>(documents);
        Collections.shuffle(shuffled, new Random(documents.size()));
        // Leaves time for the last document.
        long deadline = System.nanoTime() + preview.maxTime().toNanos() / 2;
        try {
            return previews.runTimed(() -> {
                for (NewDocument document : shuffled) {
                    if (System.nanoTime() - deadline < 0) {
                        read(document, options, sample);
                    }
                }
                return sample;
            });
        } catch (PreviewReader.TooSlow e) {
            return sample;
        }
    }

    private void read(NewDocument document, BatchOptions options, DocumentSample sample) {
        try {
            sample.add(document, previews.read(document, options));
        } catch (Rejected | ParserFailure e) {
            sample.add(document, null);
        } catch (TransientFailure e) {
            // The document counts as not read.
        }
    }

    private Estimate estimate(int total, List<NewDocument> documents, DocumentSample sample, BatchOptions options) {
        boolean known = sample.documents() > 0 || documents.isEmpty();
        long chunks = sample.chunks(documents);
        Depths.Load load = depths.load();
        Optional<Pace.Observed> observed = pace.observed(
                        options.embedding().provider(), options.embedding().model())
                .filter(there -> load.concurrency() > 0);
        Double perChunk =
                observed.map(there -> (double) there.millis() / there.chunks()).orElse(null);
        Double perJob =
                observed.map(there -> (double) there.millis() / there.jobs()).orElse(null);
        return new Estimate(
                total,
                total - documents.size(),
                known ? sample.pages(documents) : null,
                known ? chunks : null,
                known ? sample.tokens(documents) : null,
                known && perChunk != null ? seconds(chunks * perChunk, load) : null,
                perJob != null ? seconds(load.openJobs() * perJob, load) : null,
                new Basis(
                        sample.documents(),
                        observed.map(Pace.Observed::jobs).orElse(0L),
                        perChunk,
                        load.concurrency(),
                        load.openJobs()));
    }

    /** Rounded to tenths of a second. */
    private static double seconds(double millis, Depths.Load load) {
        return Math.round(millis / load.concurrency() / 100) / 10.0;
    }
}
