package io.mivaa.batch.job.waiting;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Queues waiting jobs that have become due, and decides about batches that wait for others. Every instance may do so.
 * Thread-safe.
 */
@Repository
public class Promotion {

    private final JdbcClient jdbc;

    Promotion(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Moves at most {@code max} jobs whose time has come to QUEUED. Jobs that another instance is moving are left to it.
     *
     * @return the jobs that are queued now
     */
    @Transactional
    public List<Hint> promoteDue(int max) {
        return jdbc.sql("""
                        with due as (
                            select id from job
                             where state in ('RETRYING', 'SCHEDULED') and run_after <= now()
                             order by run_after limit :max
                               for update skip locked),
                        moved as (
                            update job j set state = 'QUEUED', run_after = null, queued_at = now()
                              from due where j.id = due.id
                            returning j.id, j.batch_id)
                        select m.id as job, b.* from moved m join batch b on b.id = m.batch_id
                        """).param("max", max).query(Hint::of).list();
    }

    /**
     * Decides about batches that wait for others. When each of the others is SUCCEEDED or PARTIAL, the jobs of the
     * waiting batch get their time; when one is FAILED, CANCELLED or gone, the jobs are given up.
     *
     * @param max how many jobs it may change
     * @return how many were changed; {@code max} when more may be left
     */
    public int startDependents(int max) {
        int changed = jdbc.sql("""
                        with decided as materialized (
                            select b.id, b.scheduled_at, count(a.id) filter (where a.state in ('SUCCEEDED', 'PARTIAL'))
                                                         = cardinality(b.after) as ready
                              from batch b left join batch a on a.id = any(b.after)
                             where b.awaiting
                             group by b.id
                            having bool_and(coalesce(a.finished_at is not null, true))
                                or bool_or(a.state in ('FAILED', 'CANCELLED'))
                                or count(a.id) < cardinality(b.after)),
                        due as (
                            select j.id, d.ready, d.scheduled_at
                              from job j join decided d on d.id = j.batch_id
                             where j.state = 'SCHEDULED' and j.run_after is null
                             order by j.id limit :max
                               for update of j)
                        update job j
                           set state = case when d.ready then j.state else 'DEAD' end,
                               run_after = case when d.ready then greatest(now(), d.scheduled_at) end,
                               finished_at = case when not d.ready then now() end,
                               error_class = case when not d.ready then 'CANCELLED' end,
                               error_code = case when not d.ready then 'dependency-failed' end,
                               error_message = case when not d.ready
                                                    then 'A batch that this one waits for failed or was cancelled.' end
                          from due d where j.id = d.id
                        """).param("max", max).update();
        endWaiting();
        return changed;
    }

    private void endWaiting() {
        jdbc.sql("""
                        with done as (
                            select b.id from batch b
                             where b.awaiting
                               and not exists (select from job j where j.batch_id = b.id
                                                  and j.state = 'SCHEDULED' and j.run_after is null)
                             order by b.id for no key update skip locked)
                        update batch b set awaiting = false from done d where b.id = d.id
                        """).update();
    }
}
