package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.JobId;

/** A job that waits for a worker, and where its hint belongs. */
public record Hint(JobId job, Lane lane) {}
