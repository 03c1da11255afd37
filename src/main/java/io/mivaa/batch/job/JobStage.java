package io.mivaa.batch.job;

/** The stage of the pipeline that a running job is in. */
public enum JobStage {
    PARSING,
    CHUNKING,
    EMBEDDING,
    STORING
}
