package io.mivaa.batch.results.store;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.status.Batches;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Deletes a final batch with its jobs, their contents and the results that no other job uses. Thread-safe. */
@Repository
class BatchRemoval {

    private final JdbcClient jdbc;
    private final CurrentResults current;
    private final Batches batches;

    BatchRemoval(JdbcClient jdbc, CurrentResults current, Batches batches) {
        this.jdbc = jdbc;
        this.current = current;
        this.batches = batches;
    }

    /**
     * Runs in the caller's transaction.
     *
     * @return false when the batch is unknown or not final; then nothing has changed
     */
    boolean remove(Workspace workspace, BatchId batch) {
        if (!isRemovable(workspace, batch)) {
            return false;
        }
        takeTurns(workspace);
        lockJobs(batch);
        // A replay may have got the lock first.
        if (!isRemovable(workspace, batch)) {
            return false;
        }
        UUID[] results = lockResults(batch);
        current.leave(workspace, batch);
        if (!batches.delete(workspace, batch)) {
            throw new IllegalStateException("batch " + batch + " is final and locked, but cannot be deleted");
        }
        deleteUnused(results);
        return true;
    }

    /** Whether the batch is final and no other batch waits for its end. */
    private boolean isRemovable(Workspace workspace, BatchId batch) {
        return batches.find(workspace, batch)
                        .filter(found -> found.state().terminal())
                        .isPresent()
                && !batches.isAwaited(batch);
    }

    /**
     * One removal at a time in each workspace. A document that falls back locks a job of another batch, so two removals
     * could deadlock.
     */
    private void takeTurns(Workspace workspace) {
        jdbc.sql("select 1 from pg_advisory_xact_lock(hashtextextended('forget batch of ' || :workspace, 0))")
                .param("workspace", workspace.name())
                .query(Integer.class)
                .single();
    }

    private void lockJobs(BatchId batch) {
        jdbc.sql("""
                        with locked as (select id from job where batch_id = :batch order by id for update)
                        select count(*) from locked
                        """).param("batch", batch.value()).query(Long.class).single();
    }

    private UUID[] lockResults(BatchId batch) {
        return jdbc.sql("""
                        select id from result
                         where id in (select result_id from job where batch_id = :batch)
                         order by id for update
                        """)
                .param("batch", batch.value())
                .query(UUID.class)
                .list()
                .toArray(UUID[]::new);
    }

    /** A separate statement, so that it sees jobs that were given one of these results while we waited for its lock. */
    private void deleteUnused(UUID[] results) {
        jdbc.sql("""
                        delete from result r
                         where id = any(:results)
                           and (select j.id from job j where j.result_id = r.id limit 1) is null
                        """).param("results", results).update();
    }
}
