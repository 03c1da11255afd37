package io.mivaa.batch.results.reembed;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.control.SwitchingBatches;
import io.mivaa.batch.job.control.SwitchingBatches.Ready;
import io.mivaa.batch.job.outage.Setback;
import io.mivaa.batch.results.store.CurrentResults;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the results of a re-embedding batch current, all in one transaction, once each of its jobs has succeeded, or is
 * a dead letter that was discarded. If only some documents had switched, every search would meet vectors of two models.
 * A document that was uploaded again or forgotten in the meantime is left unchanged.
 *
 * <p>Every instance looks for batches that are ready, so the crash of one does not delay them. Thread-safe.
 */
@Component
class SwitchOver {

    private static final Logger log = LoggerFactory.getLogger(SwitchOver.class);

    private final JdbcClient jdbc;
    private final CurrentResults current;
    private final SwitchingBatches switching;
    private final TransactionTemplate transaction;
    private final Setback setback = new Setback(log);

    SwitchOver(
            JdbcClient jdbc,
            CurrentResults current,
            SwitchingBatches switching,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.current = current;
        this.switching = switching;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Looks once for batches that are ready, and switches each. */
    @Scheduled(fixedDelay = 250)
    void pass() {
        List<Ready> ready = new ArrayList<>();
        boolean allSucceeded = succeeds(() -> ready.addAll(switching.ready()));
        for (Ready batch : ready) {
            // A batch that cannot switch over does not stop the others.
            allSucceeded &= succeeds(() -> switchOver(batch));
        }
        if (allSucceeded) {
            setback.over();
        }
    }

    private boolean succeeds(Runnable step) {
        try {
            step.run();
            return true;
        } catch (DataAccessException | TransactionException e) {
            setback.failed("Re-embedded batches that are ready to switch over wait for the next pass", e);
            return false;
        }
    }

    /** Locks documents first and the batch last, as all transactions do. Rolls back if the batch is no longer ready. */
    private void switchOver(Ready ready) {
        transaction.executeWithoutResult(status -> {
            if (!isOurs(ready.batch())) {
                return;
            }
            current.switchOver(ready.workspace(), ready.batch());
            if (switching.switched(ready.batch())) {
                log.info("The documents of workspace {} have switched to batch {}", ready.workspace(), ready.batch());
            } else {
                status.setRollbackOnly();
            }
        });
    }

    private boolean isOurs(BatchId batch) {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended('switch ' || :id, 0))")
                .param("id", batch.toString())
                .query(Boolean.class)
                .single();
    }
}
