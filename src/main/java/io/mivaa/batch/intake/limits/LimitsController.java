package io.mivaa.batch.intake.limits;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows what a client may send and choose. */
@RestController
@RequestMapping("/api/v1/limits")
@Tag(name = "Limits")
class LimitsController {

    private final IntakeSettings settings;
    private final Formats formats;
    private final Pipeline pipeline;
    private final JdbcClient jdbc;

    LimitsController(IntakeSettings settings, Formats formats, Pipeline pipeline, JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.formats = formats;
        this.pipeline = pipeline;
    }

    /** The limits of requests and the choices for options; sizes are in bytes. */
    record Limits(
            long maxDocumentBytes,
            long maxRequestBytes,
            int maxDocuments,
            int maxStreamedDocuments,
            long maxMetadataBytes,
            int maxPasswordLength,
            int maxAttempts,
            int maxOpenJobs,
            int maxOpenJobsPerWorkspace,
            long maxWaitSeconds,
            List<String> formats,
            List<String> chunkers,
            List<EmbeddingModel> models,
            PipelineOptions defaults,
            boolean pgvector) {}

    @Operation(summary = "Sizes, formats, chunkers and models")
    @GetMapping
    Limits limits() {
        return new Limits(
                settings.maxDocumentSize().toBytes(),
                settings.maxRequestSize().toBytes(),
                settings.maxDocuments(),
                settings.maxStreamedDocuments(),
                settings.maxMetadataSize().toBytes(),
                settings.maxPasswordLength(),
                settings.maxAttempts(),
                settings.maxOpenJobs(),
                settings.maxOpenJobsPerWorkspace(),
                settings.maxWait().toSeconds(),
                List.copyOf(new TreeSet<>(formats.supported())),
                List.copyOf(new TreeSet<>(pipeline.chunkers())),
                pipeline.models(),
                pipeline.defaults(),
                pgvector());
    }

    /** The first instance that finds the extension creates this table. */
    private boolean pgvector() {
        return jdbc.sql("select to_regclass('chunk_vector') is not null")
                .query(Boolean.class)
                .single();
    }
}
