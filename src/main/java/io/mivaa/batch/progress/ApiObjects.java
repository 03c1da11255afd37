package io.mivaa.batch.progress;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.Workspace;

/**
 * How the API tells what an event is about: as the endpoint that answers for the same thing does, and given by the
 * module that has that endpoint. Each answers with a value that becomes a JSON object. Thread-safe.
 */
public interface ApiObjects {

    /** As {@code GET /batches/{id}}. */
    Object batch(Batch batch);

    /** As {@code GET /jobs/{id}}. */
    Object job(Job job);

    /** As {@code GET /queue}; reads it. */
    Object queue(Workspace workspace);
}
