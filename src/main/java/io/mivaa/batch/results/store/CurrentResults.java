package io.mivaa.batch.results.store;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Success;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Decides which result of a document is current: that of its most recently accepted job that succeeded, where a copy made
 * for re-embedding counts as accepted when its original was. Search and the list of documents see only current results. Every method takes part in its caller's transaction. Thread-safe.
 */
@Repository
public class CurrentResults {

    /** {@link Claim#documentKey()} of the job {@code j}, as in the index job_by_document. */
    public static final String KEY_OF_JOB = "coalesce('external:' || j.external_id, 'sha256:' || j.sha256)";

    /** Batches whose results are not current yet, because all documents of the batch switch over together. */
    private static final String SWITCHING = "select id from batch where switches and switched_at is null";

    private final JdbcClient jdbc;

    CurrentResults(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Makes each result the current one of its document. Leaves out a document whose current or forgotten job was
     * accepted later, and the jobs of a batch that switches over as a whole. Locks rows in the order of their keys.
     */
    void publish(List<Success> successes) {
        List<Success> rows = newestOfEachDocument(successes);
        jdbc.sql("""
                        insert into document as d (id, workspace, key, job_id, job_seq, result_id)
                        select s.id, s.workspace, s.key, s.job, coalesce(j.copied_seq, s.seq), s.result
                          from unnest(:ids, :workspaces, :keys, :jobs, :seqs, :results, :batches)
                               as s(id, workspace, key, job, seq, result, batch)
                          left join job j on j.id = s.job
                         where s.batch not in (%s)
                         order by s.workspace, s.key
                        on conflict (workspace, key) do update
                           set job_id = excluded.job_id, job_seq = excluded.job_seq, result_id = excluded.result_id,
                               updated_at = now()
                         where d.job_seq < excluded.job_seq
                            or d.job_seq = excluded.job_seq and d.job_id is not null
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

    private static List<Success> newestOfEachDocument(List<Success> successes) {
        record Key(Workspace workspace, String key) {}
        Map<Key, Success> newest = new HashMap<>();
        for (Success success : successes) {
            newest.merge(
                    new Key(success.claim().workspace(), success.claim().documentKey()),
                    success,
                    (one, other) -> one.claim().seq() > other.claim().seq() ? one : other);
        }
        return List.copyOf(newest.values());
    }

    private static <T> T[] column(List<Success> rows, Function<Success, T> value, IntFunction<T[]> array) {
        return rows.stream().map(value).toArray(array);
    }

    /**
     * Prepares the deletion of a batch: afterwards no document points to one of its jobs. A document falls back to its
     * most recently accepted job of another batch; without one, its row is deleted.
     */
    void leave(Workspace workspace, BatchId batch) {
        lock(workspace, batch);
        fallBack(workspace, batch);
        deleteWithoutJobs(workspace, batch);
        forgetRemaining(batch);
    }

    /** The remaining documents have a result in a batch that has not switched over: the row stays, for its id. */
    private void forgetRemaining(BatchId batch) {
        jdbc.sql("""
                        update document d set job_id = null, result_id = null, updated_at = now()
                          from job last where last.id = d.job_id and last.batch_id = :batch
                        """).param("batch", batch.value()).update();
    }

    /**
     * Makes the results of a batch current. Leaves out documents that were forgotten, and those that do not show any more
     * what the batch has copied: a job that was accepted before the batch may have succeeded since.
     */
    public void switchOver(Workspace workspace, BatchId batch) {
        lock(workspace, batch);
        jdbc.sql("""
                        with newest as (
                            select distinct on (key) key, j.id, j.seq, j.result_id, j.copied_seq
                              from job j cross join lateral (select %s as key) k
                             where j.batch_id = :batch and j.state = 'SUCCEEDED' order by key, j.seq desc)
                        update document d
                           set job_id = n.id, job_seq = coalesce(n.copied_seq, n.seq), result_id = n.result_id,
                               updated_at = now()
                          from newest n, job shown
                         where d.workspace = :workspace and d.key = n.key and shown.id = d.job_id
                           and case when n.copied_seq is null then d.job_seq < n.seq
                                    else n.copied_seq = coalesce(shown.copied_seq, shown.seq) end
                        """.formatted(KEY_OF_JOB))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .update();
    }

    /** A separate statement, so that the next ones see what the previous holder of a lock has committed. */
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
                            select d.id, f.id as job_id, f.age, f.result_id
                              from document d
                              join job last on last.id = d.job_id and last.batch_id = :batch
                              cross join lateral (
                                  select j.id, coalesce(j.copied_seq, j.seq) as age, j.result_id from job j
                                   where j.workspace = :workspace and %s = d.key and j.state = 'SUCCEEDED'
                                     and j.batch_id <> :batch and j.batch_id not in (%s)
                                   order by age desc, j.seq desc limit 1) f
                             where d.workspace = :workspace)
                        update document d
                           set job_id = f.job_id, job_seq = f.age, result_id = f.result_id, updated_at = now()
                          from former f where d.id = f.id
                        """.formatted(KEY_OF_JOB, SWITCHING))
                .param("workspace", workspace.name())
                .param("batch", batch.value())
                .update();
    }

    /** A subquery for each document: without statistics, a join takes minutes for some thousand documents. */
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
}
