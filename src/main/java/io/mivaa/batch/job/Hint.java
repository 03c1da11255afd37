package io.mivaa.batch.job;

/** A job that waits for a worker, and where its hint belongs. */
public record Hint(JobId job, Lane lane) {}
