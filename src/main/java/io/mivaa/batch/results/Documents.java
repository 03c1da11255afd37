package io.mivaa.batch.results;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Success;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What a workspace knows. A document that was forgotten is found neither here nor by search, but its row stays while a
 * job can still show a result of it: the id is part of that result and must not change. The row goes with the last
 * such job. Thread-safe.
 */
@Repository
class Documents {

    /** {@link Claim#documentKey()} of the job {@code j}, as the index job_by_document has it. */
    static final String KEY_OF_JOB = "coalesce('external:' || j.external_id, 'sha256:' || j.sha256)";

    private static final String CURRENT = """
            select d.id, d.created_at, d.updated_at, j.id as job_id, j.batch_id, j.external_id, j.filename,
                   j.media_type, j.sha256, j.bytes, r.pages, r.title, r.language, r.chunks,
                   r.provider, r.model, r.dimensions
              from document d
              join job j on j.id = d.job_id
              join result r on r.id = d.result_id
             where d.workspace = :workspace
            """;

    /** Batches whose results are nobody's current ones, because they wait for the rest of their batch. */
    private static final String SWITCHING = "select id from batch where switches and switched_at is null";

    private final JdbcClient jdbc;

    Documents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The current state of a document; {@code updatedAt} is when it last came to point to another job. */
    record Document(
            UUID id,
            @Nullable String externalId,
            String filename,
            String contentType,
            String sha256,
            long bytes,
            @Nullable Integer pages,
            String title,
            @Nullable String language,
            int chunks,
            UUID jobId,
            UUID batchId,
            Model model,
            Instant createdAt,
            Instant updatedAt) {}

    record Model(String provider, String model, int dimensions) {}

    Optional<Document> find(Workspace workspace, DocumentId id) {
        return jdbc.sql(CURRENT + " and d.id = :id")
                .param("workspace", workspace.name())
                .param("id", id.value())
                .query(Documents::document)
                .optional();
    }

    /**
     * Newest first, one more than asked for when there are more.
     *
     * @param before the id to go on from, null for the first page
     */
    List<Document> list(Workspace workspace, @Nullable UUID before, int limit) {
        return jdbc.sql(CURRENT + " and (:before::uuid is null or d.id < :before) order by d.id desc limit :limit")
                .param("workspace", workspace.name())
                .param("before", before)
                .param("limit", limit + 1)
                .query(Documents::document)
                .list();
    }

    /**
     * Takes a document out of the lists and the search. Jobs and their results stay; a job that was accepted later
     * than the forgotten one brings the document back, under the same id.
     *
     * @return false when it is not known
     */
    boolean forget(Workspace workspace, DocumentId id) {
        return jdbc.sql("""
                                update document set job_id = null, result_id = null, updated_at = now()
                                 where id = :id and workspace = :workspace and job_id is not null
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }

    /**
     * Lets each document point to its job, unless one that was accepted later stands or was forgotten there, or the
     * job's batch switches over as a whole. Rows are locked in the order of their keys.
     */
    void publish(List<Success> successes) {
        record Key(Workspace workspace, String key) {}
        Map<Key, Success> newest = new HashMap<>();
        for (Success success : successes) {
            newest.merge(
                    new Key(success.claim().workspace(), success.claim().documentKey()),
                    success,
                    (one, other) -> one.claim().seq() > other.claim().seq() ? one : other);
        }
        List<Success> rows = List.copyOf(newest.values());
        jdbc.sql("""
                        insert into document as d (id, workspace, key, job_id, job_seq, result_id)
                        select s.id, s.workspace, s.key, s.job, s.seq, s.result
                          from unnest(:ids, :workspaces, :keys, :jobs, :seqs, :results, :batches)
                               as s(id, workspace, key, job, seq, result, batch)
                         where s.batch not in (%s)
                         order by s.workspace, s.key
                        on conflict (workspace, key) do update
                           set job_id = excluded.job_id, job_seq = excluded.job_seq, result_id = excluded.result_id,
                               updated_at = now()
                         where d.job_seq < excluded.job_seq
                        """.formatted(SWITCHING))
                .param("ids", column(rows, s -> DocumentId.create().value(), UUID[]::new))
                .param("workspaces", column(rows, s -> s.claim().workspace().name(), String[]::new))
                .param("keys", column(rows, s -> s.claim().documentKey(), String[]::new))
                .param("jobs", column(rows, s -> s.claim().job().value(), UUID[]::new))
                .param("seqs", column(rows, s -> s.claim().seq(), Long[]::new))
                .param("results", column(rows, Success::result, UUID[]::new))
                .param("batches", column(rows, s -> s.claim().batch().value(), UUID[]::new))
                .update();
    }

    private static <T> T[] column(List<Success> rows, Function<Success, T> value, IntFunction<T[]> array) {
        return rows.stream().map(value).toArray(array);
    }

    /** Makes ready for the end of a batch: none of its jobs is any document's afterwards. */
    void leave(Workspace workspace, BatchId batch) {
        lock(workspace, batch);
        fallBack(workspace, batch);
        deleteWithoutJobs(workspace, batch);
        forgetThoseOf(batch);
    }

    /** What is left has a result that waits for the rest of its batch: the row stays for its id. */
    private void forgetThoseOf(BatchId batch) {
        jdbc.sql("""
                        update document d set job_id = null, result_id = null, updated_at = now()
                          from job last where last.id = d.job_id and last.batch_id = :batch
                        """).param("batch", batch.value()).update();
    }

    /** Lets those documents point to the batch that pointed to an earlier job when it comes to it; no others. */
    void switchOver(Workspace workspace, BatchId batch) {
        lock(workspace, batch);
        jdbc.sql("""
                        with newest as (
                            select distinct on (key) key, j.id, j.seq, j.result_id
                              from job j cross join lateral (select %s as key) k
                             where j.batch_id = :batch and j.state = 'SUCCEEDED' order by key, j.seq desc)
                        update document d
                           set job_id = n.id, job_seq = n.seq, result_id = n.result_id, updated_at = now()
                          from newest n
                         where d.workspace = :workspace and d.key = n.key
                           and d.job_id is not null and d.job_seq < n.seq
                        """.formatted(KEY_OF_JOB))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .update();
    }

    /** A statement of its own: those that follow see what whoever held a lock before us has committed. */
    private void lock(Workspace workspace, BatchId batch) {
        jdbc.sql("""
                        with locked as (
                            select id from document d
                             where workspace = :workspace
                               and key in (select %s from job j where j.batch_id = :batch and j.state = 'SUCCEEDED')
                             order by id for update)
                        select count(*) from locked
                        """.formatted(KEY_OF_JOB))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .query(Long.class)
                .single();
    }

    private void fallBack(Workspace workspace, BatchId batch) {
        jdbc.sql("""
                        with former as (
                            select d.id, f.id as job_id, f.seq, f.result_id
                              from document d
                              join job last on last.id = d.job_id and last.batch_id = :batch
                              cross join lateral (
                                  select j.id, j.seq, j.result_id from job j
                                   where j.workspace = :workspace and %s = d.key and j.state = 'SUCCEEDED'
                                     and j.batch_id <> :batch and j.batch_id not in (%s)
                                   order by j.seq desc limit 1) f
                             where d.workspace = :workspace)
                        update document d
                           set job_id = f.job_id, job_seq = f.seq, result_id = f.result_id, updated_at = now()
                          from former f where d.id = f.id
                        """.formatted(KEY_OF_JOB, SWITCHING))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .update();
    }

    /** Asked for each document by itself: as a join, without statistics, it takes minutes for some thousands. */
    private void deleteWithoutJobs(Workspace workspace, BatchId batch) {
        jdbc.sql("""
                        delete from document d
                         where d.workspace = :workspace
                           and d.key in (select %1$s from job j where j.batch_id = :batch and j.state = 'SUCCEEDED')
                           and (select j.id from job j
                                 where j.workspace = :workspace and %1$s = d.key
                                   and j.state = 'SUCCEEDED' and j.batch_id <> :batch
                                 order by j.seq desc limit 1) is null
                        """.formatted(KEY_OF_JOB))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .update();
    }

    private static Document document(ResultSet row, int n) throws SQLException {
        return new Document(
                row.getObject("id", UUID.class),
                row.getString("external_id"),
                row.getString("filename"),
                row.getString("media_type"),
                row.getString("sha256"),
                row.getLong("bytes"),
                row.getObject("pages", Integer.class),
                row.getString("title"),
                row.getString("language"),
                row.getInt("chunks"),
                row.getObject("job_id", UUID.class),
                row.getObject("batch_id", UUID.class),
                new Model(row.getString("provider"), row.getString("model"), row.getInt("dimensions")),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }
}
