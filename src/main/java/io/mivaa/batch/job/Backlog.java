package io.mivaa.batch.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What waits, asked by whoever keeps the hints right. Thread-safe; every instance may call everything. */
@Repository
public class Backlog {

    private final JdbcClient jdbc;

    Backlog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A batch with queued jobs that may run. */
    public record Waiting(BatchId batch, Priority priority, int queued) {}

    /** How much of one priority waits, over all workspaces, and since how many seconds the oldest does. */
    public record Depth(Priority priority, long queued, double oldestSeconds) {}

    /** Moves jobs whose time has come to QUEUED; at most {@code max}. Jobs another instance is moving are left to it. */
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
                        select m.id, m.batch_id, b.priority from moved m join batch b on b.id = m.batch_id
                        """).param("max", max).query(Backlog::hint).list();
    }

    /**
     * Takes back what instances whose lease has run out were at. The crash is counted apart from the attempts; a job
     * that has brought down {@code maxCrashes} instances is buried as POISON.
     *
     * @return the jobs that wait again
     */
    @Transactional
    public List<Hint> takeBackFromDeadInstances(int max, int maxCrashes) {
        return jdbc.sql("""
                        with orphan as (
                            select j.id from job j
                             where j.state = 'RUNNING'
                               and not exists (select from worker_instance w
                                                where w.id = j.claimed_by and w.lease_until > now())
                             order by j.id limit :max
                               for update of j skip locked),
                        taken as (
                            update job j
                               set state = case when j.crashes + 1 >= :maxCrashes then 'DEAD' else 'QUEUED' end,
                                   stage = null, claimed_by = null, crashes = j.crashes + 1,
                                   attempt = j.attempt - 1,
                                   queued_at = case when j.crashes + 1 >= :maxCrashes then null else now() end,
                                   finished_at = case when j.crashes + 1 >= :maxCrashes then now() end,
                                   error_class = case when j.crashes + 1 >= :maxCrashes
                                                      then 'POISON' else j.error_class end,
                                   error_code = case when j.crashes + 1 >= :maxCrashes
                                                     then 'worker-crashed' else j.error_code end,
                                   error_message = case when j.crashes + 1 >= :maxCrashes
                                       then 'The worker died ' || j.crashes + 1 || ' times while it had this document.'
                                       else j.error_message end
                              from orphan o where j.id = o.id
                            returning j.id, j.batch_id, j.state, j.fence),
                        closed as (
                            update job_attempt a set ended_at = now(), outcome = 'LOST'
                              from taken t where a.job_id = t.id and a.fence = t.fence)
                        select t.id, t.batch_id, b.priority
                          from taken t join batch b on b.id = t.batch_id
                         where t.state = 'QUEUED'
                        """)
                .param("max", max)
                .param("maxCrashes", maxCrashes)
                .query(Backlog::hint)
                .list();
    }

    /** The batches with queued jobs that may run, small ones first. */
    public List<Waiting> waitingBatches() {
        return jdbc.sql("""
                        select b.id, b.priority, b.queued
                          from batch b left join workspace_control w on w.workspace = b.workspace
                         where b.finished_at is null and b.queued > 0
                           and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                         order by b.queued
                        """)
                .query((row, n) -> new Waiting(
                        new BatchId(row.getObject("id", UUID.class)),
                        Priority.valueOf(row.getString("priority")),
                        row.getInt("queued")))
                .list();
    }

    /** All queued jobs of a batch in the order of acceptance; 16 bytes each, so a large batch is fine. */
    public List<JobId> queuedJobs(BatchId batch) {
        List<JobId> jobs = new ArrayList<>();
        jdbc.sql("select id from job where batch_id = :batch and state = 'QUEUED' order by seq")
                .param("batch", batch.value())
                .query(row -> {
                    jobs.add(new JobId(row.getObject("id", UUID.class)));
                });
        return jobs;
    }

    /**
     * Depth and oldest age by priority; one row for each priority that has something queued.
     *
     * @param workspace null for all
     */
    public List<Depth> depths(@Nullable Workspace workspace) {
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

    /**
     * How many jobs are in each state that is not final.
     *
     * @param workspace null for all
     */
    public Map<JobState, Long> open(@Nullable Workspace workspace) {
        return jdbc.sql("""
                        select coalesce(sum(scheduled), 0), coalesce(sum(queued), 0),
                               coalesce(sum(running), 0), coalesce(sum(retrying), 0)
                          from batch
                         where finished_at is null and (:workspace::text is null or workspace = :workspace)
                        """)
                .param("workspace", workspace == null ? null : workspace.name())
                .query((row, n) -> Map.of(
                        JobState.SCHEDULED, row.getLong(1),
                        JobState.QUEUED, row.getLong(2),
                        JobState.RUNNING, row.getLong(3),
                        JobState.RETRYING, row.getLong(4)))
                .single();
    }

    /** How many jobs there are in each state, over all workspaces and all batches that were not deleted. */
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

    private static Hint hint(ResultSet row, int n) throws SQLException {
        return new Hint(
                new JobId(row.getObject("id", UUID.class)),
                new BatchId(row.getObject("batch_id", UUID.class)),
                Priority.valueOf(row.getString("priority")));
    }
}
