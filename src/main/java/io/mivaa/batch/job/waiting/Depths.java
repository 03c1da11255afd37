package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Counts the jobs that wait, from the counts of their batches. Thread-safe. */
@Repository
public class Depths {

    private final JdbcClient jdbc;

    Depths(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many jobs of a priority are queued, and for how many seconds the oldest of them has been. */
    public record Depth(Priority priority, long queued, double oldestSeconds) {}

    /** The threads of all living instances, and the jobs that are queued, running or retrying. */
    public record Load(int concurrency, long openJobs) {}

    /**
     * One row for each priority that has queued jobs.
     *
     * @param workspace null for all
     */
    public List<Depth> byPriority(@Nullable Workspace workspace) {
        return jdbc.sql("""
                        select b.priority, sum(b.queued) as queued,
                               coalesce(max(extract(epoch from now() - o.since)), 0) as oldest
                          from batch b
                          left join lateral (select queued_at as since from job j
                                              where j.batch_id = b.id and j.state = 'QUEUED'
                                              order by j.seq limit 1) o on true
                         where b.finished_at is null and b.queued > 0
                           and (:workspace::text is null or b.workspace = :workspace)
                         group by b.priority
                        """)
                .param("workspace", workspace == null ? null : workspace.name())
                .query((row, n) -> new Depth(
                        Priority.valueOf(row.getString("priority")), row.getLong("queued"), row.getDouble("oldest")))
                .list();
    }

    /** How many jobs of a workspace are in each state that is not final. */
    public Map<JobState, Long> open(Workspace workspace) {
        return jdbc.sql("""
                        select coalesce(sum(scheduled), 0), coalesce(sum(queued), 0),
                               coalesce(sum(running), 0), coalesce(sum(retrying), 0)
                          from batch
                         where finished_at is null and workspace = :workspace
                        """)
                .param("workspace", workspace.name())
                .query((row, n) -> Map.of(
                        JobState.SCHEDULED, row.getLong(1),
                        JobState.QUEUED, row.getLong(2),
                        JobState.RUNNING, row.getLong(3),
                        JobState.RETRYING, row.getLong(4)))
                .single();
    }

    /** How many jobs of all workspaces are in each state. Jobs of deleted batches are not counted. */
    public Map<JobState, Long> totals() {
        return jdbc.sql("""
                        select coalesce(sum(scheduled), 0), coalesce(sum(queued), 0), coalesce(sum(running), 0),
                               coalesce(sum(retrying), 0), coalesce(sum(succeeded), 0), coalesce(sum(dead), 0),
                               coalesce(sum(cancelled), 0)
                          from batch
                        """)
                .query((row, n) -> Map.of(
                        JobState.SCHEDULED, row.getLong(1),
                        JobState.QUEUED, row.getLong(2),
                        JobState.RUNNING, row.getLong(3),
                        JobState.RETRYING, row.getLong(4),
                        JobState.SUCCEEDED, row.getLong(5),
                        JobState.DEAD, row.getLong(6),
                        JobState.CANCELLED, row.getLong(7)))
                .single();
    }

    /** How many jobs of a workspace became final within the last minute. */
    public long finishedLastMinute(Workspace workspace) {
        return jdbc.sql("""
                        select count(*) from job
                         where workspace = :workspace and finished_at > now() - interval '1 minute'
                        """)
                .param("workspace", workspace.name())
                .query(Long.class)
                .single();
    }

    /** The threads and the open jobs of all instances together. */
    public Load load() {
        return jdbc.sql("""
                        select (select coalesce(sum(concurrency), 0) from worker_instance
                                 where lease_until > now() and not draining) as concurrency,
                               (select coalesce(sum(queued + running + retrying), 0) from batch
                                 where finished_at is null) as open_jobs
                        """)
                .query((row, n) -> new Load(row.getInt("concurrency"), row.getLong("open_jobs")))
                .single();
    }
}
