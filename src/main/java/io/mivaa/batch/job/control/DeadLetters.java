package io.mivaa.batch.job.control;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.JobRows;
import io.mivaa.batch.job.waiting.Hint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Dead letters: jobs that were given up and kept for a person, who lists, replays or discards them. Thread-safe. */
@Repository
public class DeadLetters {

    /** Jobs in one transaction: few, so that the counts of their batches are not locked for long. */
    private static final int REPLAY_PAGE = 500;

    private final JdbcClient jdbc;

    DeadLetters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Selects dead letters. A part that is null does not restrict the selection.
     *
     * @param ids the jobs to select, empty for any
     */
    public record Filter(
            @Nullable BatchId batch,
            @Nullable FailureClass failureClass,
            @Nullable String code,
            List<JobId> ids) {

        public static final Filter ALL = new Filter(null, null, null, List.of());

        public static Filter ofBatch(BatchId batch) {
            return new Filter(batch, null, null, List.of());
        }

        public static Filter ofJobs(List<JobId> ids) {
            return new Filter(null, null, null, ids);
        }
    }

    private static final String MATCHES = """
             j.workspace = :workspace
             and (:batch::uuid is null or j.batch_id = :batch)
             and (:class::text is null or j.error_class = :class)
             and (:code::text is null or j.error_code = :code)
             and (cardinality(:ids::uuid[]) = 0 or j.id = any(:ids))
            """;

    /**
     * Lists the dead letters that were not discarded, in the order of acceptance.
     *
     * @param after the {@link Job#seq()} of the last job of the previous page, null for the first page
     */
    public Page<Job, Long> list(Workspace workspace, Filter filter, @Nullable Long after, int limit) {
        List<Job> jobs = bound(
                        "select j.*, j.xmin from job j where j.state = 'DEAD' and j.discarded_at is null and"
                                + MATCHES
                                + " and (:after::bigint is null or j.seq > :after) order by j.seq limit :limit",
                        workspace,
                        filter)
                .param("after", after)
                .param("limit", limit + 1)
                .query(JobRows::job)
                .list();
        return Page.of(jobs, limit, Job::seq);
    }

    /**
     * Queues dead letters again with a full set of attempts and keeps their history. Jobs of cancelled batches stay
     * dead. Works page by page, each in a transaction of its own, so that the workers of these batches never wait for
     * long. After a failure the earlier pages stay queued, and another call replays the others.
     *
     * @param expected how many jobs there may be at the beginning, null for any number
     * @return the hints to push
     * @throws CountChanged when there are more than expected; then none is replayed
     */
    public List<Hint> replay(Workspace workspace, Filter filter, @Nullable Integer expected) {
        if (expected != null) {
            CountChanged.refuseMoreThan(expected, count(workspace, filter));
        }
        List<Hint> replayed = new ArrayList<>();
        long after = 0;
        for (Long upTo = pageEnd(workspace, filter, after); upTo != null; upTo = pageEnd(workspace, filter, after)) {
            replayed.addAll(replayPage(workspace, filter, after, upTo));
            after = upTo;
        }
        return replayed;
    }

    private static final String REPLAYABLE = """
             from job j join batch b on b.id = j.batch_id
             where j.state = 'DEAD' and j.discarded_at is null and b.cancelled_at is null and
            """ + MATCHES;

    private int count(Workspace workspace, Filter filter) {
        return bound("select count(*)" + REPLAYABLE, workspace, filter)
                .query(Integer.class)
                .single();
    }

    private @Nullable Long pageEnd(Workspace workspace, Filter filter, long after) {
        return bound(
                        "select max(seq) as seq from (select j.seq" + REPLAYABLE
                                + " and j.seq > :after order by j.seq limit :limit) page",
                        workspace,
                        filter)
                .param("after", after)
                .param("limit", REPLAY_PAGE)
                .query((row, n) -> Optional.ofNullable(row.getObject("seq", Long.class)))
                .single()
                .orElse(null);
    }

    private List<Hint> replayPage(Workspace workspace, Filter filter, long after, long upTo) {
        return bound("with chosen as (select j.id" + REPLAYABLE + """
                                and j.seq > :after and j.seq <= :upTo
                             order by j.id for update of j),
                        moved as (
                            update job j
                               set state = 'QUEUED', attempt = 0, crashes = 0, penalties = 0, finished_at = null,
                                   queued_at = now(), percent = 0, pages = null, chunks = null, embedded = null
                              from chosen c where j.id = c.id
                            returning j.id, j.batch_id)
                        select m.id as job, b.* from moved m join batch b on b.id = m.batch_id
                        """, workspace, filter)
                .param("after", after)
                .param("upTo", upTo)
                .query(Hint::of)
                .list();
    }

    /**
     * Takes dead letters off the list. The jobs stay DEAD.
     *
     * @param expected how many jobs there may be, null for any number
     * @return how many were discarded
     * @throws CountChanged when there are more than expected; then none is discarded
     */
    @Transactional
    public int discard(Workspace workspace, Filter filter, @Nullable Integer expected) {
        int discarded = bound("""
                        with chosen as (
                            select j.id from job j where j.state = 'DEAD' and j.discarded_at is null and
                        """ + MATCHES + """
                             order by j.id for update)
                        update job j set discarded_at = now() from chosen c where j.id = c.id
                        """, workspace, filter).update();
        CountChanged.refuseMoreThan(expected, discarded);
        return discarded;
    }

    private JdbcClient.StatementSpec bound(String sql, Workspace workspace, Filter filter) {
        return jdbc.sql(sql)
                .param("workspace", workspace.name())
                .param("batch", filter.batch() == null ? null : filter.batch().value())
                .param(
                        "class",
                        filter.failureClass() == null
                                ? null
                                : filter.failureClass().name())
                .param("code", filter.code())
                .param("ids", filter.ids().stream().map(JobId::value).toArray(UUID[]::new));
    }
}
