package io.mivaa.batch.statistics;

import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * How many jobs of a workspace ended and how many waited, in intervals of ten seconds. For charts, not for accounting: an
 * end that is committed more than two seconds after its time is missing. Thread-safe; every instance may call every
 * method.
 */
@Repository
class Samples {

    private final JdbcClient jdbc;

    Samples(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A bucket of a chart.
     *
     * @param at its beginning
     * @param succeeded how many jobs succeeded within it; {@code dead} likewise
     * @param queued the highest number of a sample within it; the others likewise
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
     * Samples the last interval that has ended, unless another instance has. Jobs are counted along the index of their
     * ends, within the interval only. Depths are summed over the batches that are not final. The cost of the jobs becomes
     * part of the pace that new batches expect.
     *
     * @return whether this call took the sample
     */
    @Transactional
    public boolean take() {
        return begin() && sample();
    }

    /** The lock keeps other instances from waiting for the row. */
    private boolean begin() {
        return jdbc.sql("""
                                insert into sampled (at)
                                select date_bin('10 seconds', now() - interval '2 seconds', timestamptz 'epoch')
                                           - interval '10 seconds'
                                 where pg_try_advisory_xact_lock(hashtextextended('samples', 0))
                                    on conflict do nothing
                                """).update() == 1;
    }

    private boolean sample() {
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

    /**
     * Deletes at most 1,000 intervals older than {@code age}.
     *
     * @return how many
     */
    public int forget(Duration age) {
        return jdbc.sql("""
                        delete from sampled where at in (
                            select at from sampled where at < now() - :age * interval '1 millisecond'
                             order by at limit 1000)
                        """).param("age", age.toMillis()).update();
    }

    /** The buckets of a window, oldest first. Intervals that no instance has sampled, because none ran, are missing. */
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
