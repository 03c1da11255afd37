package io.mivaa.batch.pipeline;

/**
 * What a batch may choose.
 *
 * @param model {@code provider/name} of the embedder
 */
public record PipelineOptions(ChunkingOptions chunking, String model) {}
