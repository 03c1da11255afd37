package io.mivaa.batch.results.store;

import io.mivaa.batch.job.expiry.Expiring;
import io.mivaa.batch.job.expiry.FinishedBatches;
import io.mivaa.batch.job.expiry.FinishedBatches.Finished;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Batches that finished long ago, with their jobs and results. Each page deletes one batch, because a batch may have
 * any number of jobs. Thread-safe.
 */
@Component
final class ExpiredBatches implements Expiring {

    private static final Logger log = LoggerFactory.getLogger(ExpiredBatches.class);

    /** More than one, because another instance may be deleting the first ones. */
    private static final int CANDIDATES = 20;

    private final FinishedBatches finished;
    private final Results results;

    ExpiredBatches(FinishedBatches finished, Results results) {
        this.finished = finished;
        this.results = results;
    }

    @Override
    public String kind() {
        return "batches";
    }

    @Override
    public Pages olderThan(Duration age) {
        return max -> {
            boolean deleted = deleteOne(age);
            return new Page(deleted ? 1 : 0, deleted);
        };
    }

    private boolean deleteOne(Duration age) {
        for (Finished batch : finished.olderThan(age, CANDIDATES)) {
            if (results.forgetBatch(batch.workspace(), batch.batch())) {
                log.info("Deleted batch {} of workspace {}: it has expired", batch.batch(), batch.workspace());
                return true;
            }
        }
        return false;
    }
}
