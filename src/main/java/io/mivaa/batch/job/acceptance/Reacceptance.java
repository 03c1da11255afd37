package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accepts known documents anew. Thread-safe. */
final class Reacceptance {

    private final JdbcClient jdbc;
    private final AcceptedRows inserts;

    Reacceptance(JdbcClient jdbc, AcceptedRows inserts) {
        this.jdbc = jdbc;
        this.inserts = inserts;
    }

    /**
     * Writes a batch whose jobs have copies of the bytes of other jobs, in the caller's transaction.
     *
     * @param sources jobs of the workspace; those that no longer exist are left out
     * @return the queued jobs, in the order of their sources
     */
    List<JobId> accept(BatchId id, NewBatch batch, List<JobId> sources) {
        inserts.insertBatch(id, batch);
        jdbc.sql("update batch set switches = true where id = :id")
                .param("id", id.value())
                .update();
        List<JobId> queued = new ArrayList<>();
        for (int from = 0; from < sources.size(); from += AcceptedRows.MAX) {
            queued.addAll(copy(id, batch, sources.subList(from, Math.min(from + AcceptedRows.MAX, sources.size()))));
        }
        return queued;
    }

    private List<JobId> copy(BatchId id, NewBatch batch, List<JobId> sources) {
        UUID[] from = sources.stream().map(JobId::value).toArray(UUID[]::new);
        UUID[] to = sources.stream().map(source -> JobId.create().value()).toArray(UUID[]::new);
        List<JobId> copied = jdbc.sql("""
                        insert into job (id, batch_id, workspace, external_id, filename, declared_type, media_type, bytes,
                                         sha256, metadata, max_attempts, copied_seq, state, queued_at)
                        select c.target, :batch, j.workspace, j.external_id, j.filename, j.declared_type, j.media_type,
                               j.bytes, j.sha256, j.metadata, :attempts, coalesce(j.copied_seq, j.seq), 'QUEUED',
                               now()
                          from unnest(:sources, :targets) with ordinality as c(source, target, position)
                          join job j on j.id = c.source and j.workspace = :workspace
                         order by c.position
                        returning id
                        """)
                .param("batch", id.value())
                .param("attempts", batch.options().maxAttempts())
                .param("sources", from)
                .param("targets", to)
                .param("workspace", batch.workspace().name())
                .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
                .list();
        jdbc.sql("""
                        insert into document_content (job_id, piece, bytes)
                        select j.id, d.piece, d.bytes
                          from unnest(:sources, :targets) as c(source, target)
                          join job j on j.id = c.target
                          join document_content d on d.job_id = c.source
                        """).param("sources", from).param("targets", to).update();
        return copied;
    }
}
