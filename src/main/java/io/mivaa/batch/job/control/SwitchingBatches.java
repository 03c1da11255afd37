package io.mivaa.batch.job.control;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Batches that switch over: when the whole batch has succeeded, its results replace the earlier results of its
 * documents all at once. Thread-safe.
 */
@Repository
public class SwitchingBatches {

    private static final String READY = """
            b.switches and b.switched_at is null and b.finished_at is not null and b.cancelled_at is null
            and b.succeeded > 0 and b.cancelled = 0
            and not exists (select from job j where j.batch_id = b.id and j.state = 'DEAD' and j.discarded_at is null)
            """;

    private final JdbcClient jdbc;

    SwitchingBatches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A batch that can switch now: nothing of it is open, cancelled, or dead without having been discarded. */
    public record Ready(BatchId batch, Workspace workspace) {}

    /** All batches that can switch now. */
    public List<Ready> ready() {
        return jdbc.sql("select b.id, b.workspace from batch b where " + READY)
                .query((row, n) -> new Ready(
                        new BatchId(row.getObject("id", UUID.class)), new Workspace(row.getString("workspace"))))
                .list();
    }

    /**
     * Records that a batch has switched; the last statement of the transaction that switches its documents.
     *
     * @return false when the batch cannot switch any more: the transaction must be rolled back
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean switched(BatchId batch) {
        return jdbc.sql("update batch b set switched_at = now() where b.id = :id and " + READY)
                        .param("id", batch.value())
                        .update()
                == 1;
    }
}
