package io.mivaa.batch.pipeline;

/**
 * The options of the pipeline that a batch can choose.
 *
 * @param model {@code provider/name} of the embedder
 */
public record PipelineOptions(ChunkingOptions chunking, String model) {}
