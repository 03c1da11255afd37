package io.mivaa.batch.pipeline;

/** The steps of the pipeline, in order. */
public enum Stage {
    PARSE,
    CHUNK,
    EMBED,
    TRANSFORM
}
