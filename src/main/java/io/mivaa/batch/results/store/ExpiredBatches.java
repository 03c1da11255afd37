package io.mivaa.batch.results.store;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.expiry.Expiring;
import io.mivaa.batch.job.expiry.FinishedBatches;
import io.mivaa.batch.job.expiry.FinishedBatches.Finished;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Batches that finished long ago, with their jobs and results. Each page deletes one batch, because a batch may have
 * any number of jobs. Thread-safe.
 */
@Component
final class ExpiredBatches implements Expiring {

    private static final Logger log = LoggerFactory.getLogger(ExpiredBatches.class);

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
        return new Pass(age);
    }

    private final class Pass implements Pages {

        private final Duration age;

        /** Those that could not be deleted, so that they do not keep the ones after them from being deleted. */
        private final Set<BatchId> left = new HashSet<>();

        private Iterator<Finished> candidates = Collections.emptyIterator();
        private @Nullable RuntimeException failure;

        private Pass(Duration age) {
            this.age = age;
        }

        /** @throws RuntimeException at the end of the pass, the first one that a batch could not be deleted for */
        @Override
        public Page removeNext(int max) {
            if (!candidates.hasNext()) {
                candidates = finished.olderThan(age, left, CANDIDATES).iterator();
            }
            if (candidates.hasNext()) {
                return new Page(isDeleted(candidates.next()) ? 1 : 0, true);
            }
            if (failure != null) {
                throw failure;
            }
            return new Page(0, false);
        }

        private boolean isDeleted(Finished batch) {
            try {
                if (results.forgetBatch(batch.workspace(), batch.batch())) {
                    log.info("Deleted batch {} of workspace {}: it has expired", batch.batch(), batch.workspace());
                    return true;
                }
            } catch (DataAccessResourceFailureException | TransactionException e) {
                // PostgreSQL is unavailable, which is no fault of the batch.
                throw e;
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
            left.add(batch.batch());
            return false;
        }
    }
}
