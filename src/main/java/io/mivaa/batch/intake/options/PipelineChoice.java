package io.mivaa.batch.intake.options;

import static io.mivaa.batch.intake.options.Options.invalid;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import org.jspecify.annotations.Nullable;

/** The chunker and the embedding model of a batch: those of its options, otherwise those of the pipeline. */
record PipelineChoice(BatchOptions.Chunking chunking, BatchOptions.Embedding embedding) {

    /** @throws Problem 400 when the pipeline does not have them */
    static PipelineChoice of(Options options, Pipeline pipeline) {
        PipelineOptions defaults = pipeline.defaults();
        String model = model(options.embedding(), defaults.model());
        try {
            ChunkingOptions chunking = chunking(options.chunking(), defaults.chunking());
            pipeline.validate(new PipelineOptions(chunking, model));
            return new PipelineChoice(
                    new BatchOptions.Chunking(
                            chunking.strategy(), chunking.maxTokens(), chunking.overlapTokens(), chunking.minTokens()),
                    new BatchOptions.Embedding(provider(model), name(model)));
        } catch (IllegalArgumentException e) {
            throw invalid(isAboutTheModel(options, model, pipeline) ? "/embedding" : "/chunking", e.getMessage() + ".");
        }
    }

    private static boolean isAboutTheModel(Options options, String model, Pipeline pipeline) {
        boolean unknown = pipeline.models().stream().map(EmbeddingModel::id).noneMatch(model::equals);
        return unknown || (options.embedding() != null && options.chunking() == null);
    }

    private static ChunkingOptions chunking(Options.@Nullable Chunking chosen, ChunkingOptions defaults) {
        if (chosen == null) {
            return defaults;
        }
        int max = or(chosen.maxTokens(), defaults.maxTokens());
        return new ChunkingOptions(
                or(chosen.strategy(), defaults.strategy()),
                max,
                or(chosen.overlapTokens(), Math.min(defaults.overlapTokens(), max / 4)),
                or(chosen.minTokens(), Math.min(defaults.minTokens(), max / 4)));
    }

    /** @return the provider, a slash and the name of the model, as {@code byDefault} */
    private static String model(Options.@Nullable Embedding chosen, String byDefault) {
        return chosen == null
                ? byDefault
                : or(chosen.provider(), provider(byDefault)) + "/" + or(chosen.model(), name(byDefault));
    }

    private static String provider(String model) {
        return model.substring(0, model.indexOf('/'));
    }

    private static String name(String model) {
        return model.substring(model.indexOf('/') + 1);
    }

    private static <T> T or(@Nullable T value, T other) {
        return value == null ? other : value;
    }
}
