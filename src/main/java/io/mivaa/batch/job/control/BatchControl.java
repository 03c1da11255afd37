package io.mivaa.batch.job.control;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Pauses, resumes and reprioritises batches. A batch of another workspace does not exist for the caller. Thread-safe. */
@Repository
public class BatchControl {

    private final JdbcClient jdbc;

    BatchControl(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Pauses or resumes a batch that is not final. Running jobs are not interrupted.
     *
     * @return whether that changed anything
     */
    public boolean pause(Workspace workspace, BatchId id, boolean paused) {
        return jdbc.sql("""
                                update batch set paused = :paused
                                 where id = :id and workspace = :workspace and paused <> :paused
                                   and finished_at is null
                                """)
                        .param("paused", paused)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }

    /** Pauses or resumes a whole workspace. Running jobs are not interrupted. */
    public void pauseAll(Workspace workspace, boolean paused) {
        jdbc.sql("""
                        insert into workspace_control (workspace, paused) values (:workspace, :paused)
                        on conflict (workspace) do update set paused = excluded.paused
                        """)
                .param("workspace", workspace.name())
                .param("paused", paused)
                .update();
    }

    /**
     * Changes the priority of a batch that is not final.
     *
     * @return the previous priority; empty when the batch is final or does not exist
     */
    @Transactional
    public Optional<Priority> reprioritise(Workspace workspace, BatchId id, Priority priority) {
        Optional<Priority> former = jdbc.sql("""
                        select priority from batch
                         where id = :id and workspace = :workspace and finished_at is null
                           for no key update
                        """)
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query((row, n) -> Priority.valueOf(row.getString(1)))
                .optional();
        former.filter(p -> p != priority)
                .ifPresent(p -> jdbc.sql("update batch set priority = :priority where id = :id")
                        .param("priority", priority.name())
                        .param("id", id.value())
                        .update());
        return former;
    }
}
