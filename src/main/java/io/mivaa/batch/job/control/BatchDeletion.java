package io.mivaa.batch.job.control;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Deletes batches as a whole, for the module that keeps their results and must settle those first. Thread-safe. */
@Repository
public class BatchDeletion {

    private final JdbcClient jdbc;

    BatchDeletion(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether the batch is final, and no other batch waits to see how it ended. */
    public boolean isDeletable(Workspace workspace, BatchId id) {
        return jdbc.sql("""
                        select exists (
                            select from batch b
                             where b.id = :id and b.workspace = :workspace and b.finished_at is not null
                               and not exists (select from batch a where a.awaiting and b.id = any(a.after)))
                        """)
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(Boolean.class)
                .single();
    }

    /** Locks the jobs of a batch until the end of the caller's transaction, in the order of their ids. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void lockJobs(BatchId batch) {
        jdbc.sql("""
                        with locked as (select id from job where batch_id = :batch order by id for update)
                        select count(*) from locked
                        """).param("batch", batch.value()).query(Long.class).single();
    }

    /**
     * Deletes a final batch with its jobs, their attempts and contents. Results are not touched.
     *
     * @return false when the batch is not final or does not exist
     */
    public boolean delete(Workspace workspace, BatchId id) {
        return jdbc.sql("""
                                delete from batch
                                 where id = :id and workspace = :workspace and finished_at is not null
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }
}
