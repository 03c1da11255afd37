package io.mivaa.batch.results;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.control.SwitchingBatches;
import io.mivaa.batch.job.control.SwitchingBatches.Ready;
import io.mivaa.batch.job.outage.Setback;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
 * Documents that get vectors of another model. Their new results are jobs of a batch of its own, which stays out of
 * sight until each of its jobs has succeeded, or has died and been discarded by somebody who does not want to wait for
 * it: then the documents point to the new results all at once. With half of them switched, every search would meet
 * vectors of two models. A document that was uploaded, or forgotten, in the meantime is left as it is.
 *
 * <p>Every instance looks for batches that are ready, so that it does not matter which of them dies. Thread-safe.
 */
@Component
public class Reembedding {

    private static final Logger log = LoggerFactory.getLogger(Reembedding.class);

    private final JdbcClient jdbc;
    private final Documents documents;
    private final SwitchingBatches switching;
    private final TransactionTemplate transaction;
    private final Setback setback = new Setback(log);

    Reembedding(
            JdbcClient jdbc, Documents documents, SwitchingBatches switching, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.documents = documents;
        this.switching = switching;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Which documents; what is null or empty restricts nothing.
     *
     * @param batchId the batch that brought their current version
     * @param tags of that batch, all of them
     */
    public record Which(@Nullable UUID batchId, @Nullable UUID documentId, List<String> tags) {

        public Which {
            tags = List.copyOf(tags);
        }
    }

    /** The jobs that the documents point to which have no vectors of that model yet, in the order of acceptance. */
    public List<JobId> sources(Workspace workspace, Which which, String provider, String model, int limit) {
        Scope scope =
                Scope.ofDocuments(workspace, new Query.Filter(which.batchId(), which.documentId(), which.tags(), null));
        Map<String, Object> values = new HashMap<>(scope.values());
        values.put("provider", provider);
        values.put("model", model);
        values.put("limit", limit);
        return jdbc.sql("select d.job_id " + scope.sql()
                        + " and (r.provider, r.model) <> (:provider, :model) order by d.job_seq limit :limit")
                .params(values)
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list();
    }

    /** One look for batches that are ready. */
    @Scheduled(fixedDelay = 250)
    void pass() {
        List<Ready> ready = new ArrayList<>();
        boolean well = quietly(() -> ready.addAll(switching.ready()));
        for (Ready batch : ready) {
            // One that cannot switch over keeps no other from it.
            well &= quietly(() -> switchOver(batch));
        }
        if (well) {
            setback.over();
        }
    }

    private boolean quietly(Runnable step) {
        try {
            step.run();
            return true;
        } catch (DataAccessException | TransactionException e) {
            setback.tell("Batches that are ready to switch over wait for the next pass", e);
            return false;
        }
    }

    /** Documents first and the batch last, as every transaction locks them; what has changed meanwhile undoes it. */
    private void switchOver(Ready ready) {
        transaction.executeWithoutResult(status -> {
            if (!isOurs(ready.batch())) {
                return;
            }
            documents.switchOver(ready.workspace(), ready.batch());
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
