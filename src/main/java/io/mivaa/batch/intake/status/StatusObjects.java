package io.mivaa.batch.intake.status;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.status.Batches;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.progress.ApiObjects;
import org.springframework.stereotype.Component;

/** Gives events the same objects that the endpoints return. */
@Component
final class StatusObjects implements ApiObjects {

    private final Batches batches;
    private final Backlog backlog;

    StatusObjects(Batches batches, Backlog backlog) {
        this.batches = batches;
        this.backlog = backlog;
    }

    @Override
    public Object batch(Batch batch) {
        return BatchView.of(batch);
    }

    @Override
    public Object job(Job job) {
        return JobView.of(job);
    }

    @Override
    public Object queue(Workspace workspace) {
        return QueueView.of(workspace, batches, backlog);
    }
}
