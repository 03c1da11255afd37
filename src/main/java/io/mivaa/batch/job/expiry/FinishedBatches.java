package io.mivaa.batch.job.expiry;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Finds batches whose retention period is over. Deleting one is up to the module that keeps its results. Thread-safe. */
@Repository
public class FinishedBatches {

    private final JdbcClient jdbc;

    FinishedBatches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A final batch and its owner. */
    public record Finished(Workspace workspace, BatchId batch) {}

    /**
     * Batches that finished longer ago than {@code age}, oldest first. Batches with a dead letter that was neither
     * replayed nor discarded are left out, and so are batches that another batch waits for.
     *
     * @param except batches that were looked at before and could not be deleted
     */
    public List<Finished> olderThan(Duration age, Set<BatchId> except, int max) {
        return jdbc.sql("""
                        select b.workspace, b.id from batch b
                         where b.finished_at < now() - :age * interval '1 millisecond'
                           and (b.dead = 0 or not exists (
                                   select from job j
                                    where j.batch_id = b.id and j.state = 'DEAD' and j.discarded_at is null))
                           and not exists (select from batch a where a.awaiting and b.id = any(a.after))
                           and b.id <> all(:except)
                         order by b.finished_at limit :max
                        """)
                .param("age", age.toMillis())
                .param("except", except.stream().map(BatchId::value).toArray(UUID[]::new))
                .param("max", max)
                .query((row, n) ->
                        new Finished(new Workspace(row.getString(1)), new BatchId(row.getObject(2, UUID.class))))
                .list();
    }
}
