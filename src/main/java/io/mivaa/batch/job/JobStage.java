package io.mivaa.batch.job;

/** What a running job is at. */
public enum JobStage {
    PARSING,
    CHUNKING,
    EMBEDDING,
    STORING
}
