package io.mivaa.batch.results.store;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.control.BatchDeletion;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Deletes a final batch with its jobs, their contents and the results that no other job uses. Thread-safe. */
@Repository
class BatchRemoval {

    private final JdbcClient jdbc;
    private final CurrentResults current;
    private final BatchDeletion deletion;

    BatchRemoval(JdbcClient jdbc, CurrentResults current, BatchDeletion deletion) {
        this.jdbc = jdbc;
        this.current = current;
        this.deletion = deletion;
    }

    /**
     * Runs in the caller's transaction.
     *
     * @return false when the batch is unknown or not final; then nothing has changed
     */
    boolean remove(Workspace workspace, BatchId batch) {
        if (!deletion.isDeletable(workspace, batch)) {
            return false;
        }
        takeTurns(workspace);
        deletion.lockJobs(batch);
        // A replay may have got the lock first.
        if (!deletion.isDeletable(workspace, batch)) {
            return false;
        }
        UUID[] results = lockResults(batch);
        current.leave(workspace, batch);
        if (!deletion.delete(workspace, batch)) {
            throw new IllegalStateException("batch " + batch + " is final and locked, but cannot be deleted");
        }
        deleteUnused(results);
        return true;
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
