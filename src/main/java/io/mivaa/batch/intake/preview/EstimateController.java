package io.mivaa.batch.intake.preview;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.BatchReader;
import io.mivaa.batch.intake.body.SubmissionSchema;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.results.store.Pace;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
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
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what a batch would be and how long it would take, without accepting it. */
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
     * What a batch would be. Null is what cannot be told: nothing could be read in the time, or nothing of this model
     * was worked on lately.
     *
     * @param documents of the request
     * @param refused of them, those whose jobs would be dead from the start
     * @param seconds that the workers would be at it
     * @param waitSeconds that they are at what waits already, if they take all of that first
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
     * What it is based on.
     *
     * @param documentsRead for this answer; the others are taken to be alike by the byte, each format by itself
     * @param jobs of this model whose times are the rate
     * @param concurrency jobs worked on at a time, on all instances
     * @param openJobs that wait or run already
     */
    record Basis(int documentsRead, long jobs, @Nullable Double millisPerChunk, int concurrency, long openJobs) {}

    @Operation(
            summary = "How large a batch would be and how long it would take, without accepting it",
            description = "The same bodies as POST /batches.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = SubmissionSchema.Form.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = SubmissionSchema.Body.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                                        schema = @Schema(implementation = SubmissionSchema.Document.class))
                            }))
    @PostMapping
    Estimate estimate(Workspace workspace, HttpServletRequest request) throws IOException {
        admission.refuseWithoutDisk(request.getContentLengthLong());
        try (BatchReader.Read read = reader.read(request)) {
            BatchOptions options =
                    this.options.check(workspace, read.submission().options()).options();
            List<NewDocument> documents = read.submission().documents();
            if (documents.isEmpty()) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "empty-batch", "A batch has at least one document.");
            }
            List<NewDocument> left = documents.stream()
                    .filter(document -> document.refusal() == null)
                    .toList();
            return estimate(documents.size(), left, sample(left, options), options);
        }
    }

    /** As many as can be read in the time, by chance but the same ones each time. */
    private DocumentSample sample(List<NewDocument> documents, BatchOptions options) {
        DocumentSample sample = new DocumentSample();
        List<NewDocument> shuffled = new ArrayList<>(documents);
        Collections.shuffle(shuffled, new Random(documents.size()));
        // Some time is left for the last one.
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
        } catch (Rejected e) {
            sample.add(document, null);
        } catch (TransientFailure e) {
            // It is as if there had been no time for it.
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

    /** To the tenth. */
    private static double seconds(double millis, Depths.Load load) {
        return Math.round(millis / load.concurrency() / 100) / 10.0;
    }
}
