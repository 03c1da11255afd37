package io.mivaa.batch.statistics;

import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * What was done and what waited, by workspace, in stretches of ten seconds. For charts and not for accounts: an end that
 * is committed more than two seconds after it happened is missing. Thread-safe; every instance may call everything.
 */
@Repository
class Samples {

    private final JdbcClient jdbc;

    Samples(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One bucket.
     *
     * @param at its beginning
     * @param succeeded jobs that did so within it; {@code dead} likewise
     * @param queued the most at a moment of it; the others likewise
     */
    record Item(
            Instant at,
            long succeeded,
            long dead,
            long queued,
            long running,
            long retrying,
            double oldestQueuedSeconds) {}

    /**
     * Looks at the last stretch that is over, unless another instance has. Jobs are counted by the index of their ends
     * and within the stretch only, depths summed over the batches that are not final; what jobs have cost becomes part of
     * the pace by which the work of later ones is expected.
     *
     * @return whether it was ours to look at
     */
    @Transactional
    public boolean take() {
        return begin() && look();
    }

    /** The lock keeps others from waiting for the row. */
    private boolean begin() {
        return jdbc.sql("""
                                insert into sampled (at)
                                select date_bin('10 seconds', now() - interval '2 seconds', timestamptz 'epoch')
                                           - interval '10 seconds'
                                 where pg_try_advisory_xact_lock(hashtextextended('samples', 0))
                                    on conflict do nothing
                                """).update() == 1;
    }

    private boolean look() {
        jdbc.sql("""
                        with stretch as (
                            select max(at) as at from sampled),
                        ended as materialized (
                            select workspace, state, media_type, count(*) as jobs, sum(bytes + 1024) as size,
                                   sum(extract(epoch from finished_at - claimed_at)::double precision * 1000) as millis
                              from job
                             where finished_at >= (select at from stretch)
                               and finished_at < (select at + interval '10 seconds' from stretch)
                             group by workspace, state, media_type),
                        learned as (
                            insert into pace as p (media_type, size, millis)
                            select media_type, sum(size), sum(millis) from ended
                             where state = 'SUCCEEDED' and millis > 0
                             group by media_type
                                on conflict (media_type) do update
                               set size = 0.9 * p.size + excluded.size, millis = 0.9 * p.millis + excluded.millis),
                        open as (
                            select workspace, sum(queued) as queued, sum(running) as running, sum(retrying) as retrying
                              from batch where finished_at is null group by workspace)
                        insert into sample (at, workspace, succeeded, dead, queued, running, retrying,
                                            oldest_queued_seconds)
                        select (select at from stretch), workspace,
                               coalesce((select sum(jobs) from ended e
                                          where e.workspace = w.workspace and e.state = 'SUCCEEDED'), 0),
                               coalesce((select sum(jobs) from ended e
                                          where e.workspace = w.workspace and e.state = 'DEAD'), 0),
                               coalesce(o.queued, 0), coalesce(o.running, 0), coalesce(o.retrying, 0),
                               case when o.queued > 0 then
                                   coalesce((select extract(epoch from now() - min(j.queued_at)) from job j
                                              where j.workspace = w.workspace and j.state = 'QUEUED'), 0)
                                   else 0 end
                          from (select workspace from ended union select workspace from open) w
                          left join open o using (workspace)
                        """).update();
        return true;
    }

    /** @return how many stretches older than this were removed, of which there may be many more when it was not called */
    public int forget(Duration age) {
        return jdbc.sql("""
                        delete from sampled where at in (
                            select at from sampled where at < now() - :age * interval '1 millisecond'
                             order by at limit 1000)
                        """).param("age", age.toMillis()).update();
    }

    /** Oldest first. Stretches that nobody looked at, because no instance ran, are missing. */
    public List<Item> read(Workspace workspace, Window window) {
        return jdbc.sql("""
                        select date_bin(:bucket * interval '1 second', a.at, timestamptz 'epoch') as bucket,
                               coalesce(sum(s.succeeded), 0) as succeeded, coalesce(sum(s.dead), 0) as dead,
                               coalesce(max(s.queued), 0) as queued, coalesce(max(s.running), 0) as running,
                               coalesce(max(s.retrying), 0) as retrying,
                               coalesce(max(s.oldest_queued_seconds), 0) as oldest
                          from sampled a left join sample s on s.at = a.at and s.workspace = :workspace
                         where a.at >= date_bin(:bucket * interval '1 second', now() - :length * interval '1 second',
                                                timestamptz 'epoch')
                         group by bucket order by bucket
                        """)
                .param("workspace", workspace.name())
                .param("bucket", window.bucket().toSeconds())
                .param("length", window.length().toSeconds())
                .query((row, n) -> new Item(
                        row.getTimestamp("bucket").toInstant(),
                        row.getLong("succeeded"),
                        row.getLong("dead"),
                        row.getLong("queued"),
                        row.getLong("running"),
                        row.getLong("retrying"),
                        row.getDouble("oldest")))
                .list();
    }
}
