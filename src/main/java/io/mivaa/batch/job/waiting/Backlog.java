package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What waits, asked by whoever keeps the hints right. Thread-safe; every instance may call everything. */
@Repository
public class Backlog {

    /** How many batches a choice without Redis looks at; which ones is left to chance, so that none is passed over. */
    private static final int BATCHES = 200;

    private static final String WAITING = """
            select b.id, b.workspace, b.priority, b.max_in_flight,
                   least(b.queued, coalesce(b.max_in_flight - b.running, b.queued)) as hints
              from batch b left join workspace_control w on w.workspace = b.workspace
             where b.finished_at is null and b.queued > 0
               and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
            """;

    private static final String BOUNDED = " and b.max_in_flight is not null";
    private static final String UNBOUNDED = " and b.max_in_flight is null";

    /** Before all ids. */
    private static final UUID FIRST = new UUID(0, 0);

    private final JdbcClient jdbc;

    Backlog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A batch with queued jobs that may run.
     *
     * @param hints how many hints it should have: one for each queued job, but no more than may run at a time
     */
    public record Waiting(Lane lane, int hints) {}

    /**
     * What became of the jobs of dead instances.
     *
     * @param queued those that wait again
     * @param buried how many were given up
     */
    public record TakenBack(List<Hint> queued, int buried) {}

    /** How much of one priority waits, over all workspaces, and since how many seconds the oldest does. */
    public record Depth(Priority priority, long queued, double oldestSeconds) {}

    /**
     * Returns when PostgreSQL answers.
     *
     * @throws org.springframework.dao.DataAccessException when it does not answer
     */
    public void ping() {
        jdbc.sql("select 1").query(Integer.class).single();
    }

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
                        select m.id as job, b.* from moved m join batch b on b.id = m.batch_id
                        """).param("max", max).query(Backlog::hint).list();
    }

    /**
     * Takes back what instances whose lease has run out were at. The crash is counted apart from the attempts; a job
     * that has brought down {@code maxCrashes} instances is buried as POISON.
     *
     * Takes at most {@code max}; jobs that another instance is taking back are left to it.
     */
    @Transactional
    public TakenBack takeBackFromDeadInstances(int max, int maxCrashes) {
        List<Optional<Hint>> taken = jdbc.sql("""
                        with orphan as (
                            select j.id, j.fence, j.attempt, j.claimed_by, j.claimed_at from job j
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
                            returning j.id, j.batch_id, j.state),
                        kept as (
                            insert into job_attempt (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                            select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, now(), 'LOST'
                              from orphan o join taken t on t.id = o.id)
                        select t.id as job, t.state as job_state, b.*
                          from taken t join batch b on b.id = t.batch_id
                        """)
                .param("max", max)
                .param("maxCrashes", maxCrashes)
                .query((row, n) -> row.getString("job_state").equals("QUEUED")
                        ? Optional.of(hint(row, n))
                        : Optional.<Hint>empty())
                .list();
        List<Hint> queued = taken.stream().flatMap(Optional::stream).toList();
        return new TakenBack(queued, taken.size() - queued.size());
    }

    /**
     * Batches without a bound that have queued jobs that may run, in the order of their ids.
     *
     * @param after the one to go on from, null for the first ones
     */
    public List<Waiting> waitingBatches(@Nullable BatchId after, int max) {
        return page(UNBOUNDED, after, max);
    }

    /** Of these batches, those without a bound that have queued jobs that may run. */
    public List<Waiting> waitingBatches(Collection<BatchId> batches) {
        return of(UNBOUNDED, batches);
    }

    /**
     * Batches with a bound that have queued jobs, in the order of their ids; those that have no room for more have no
     * hints to get.
     *
     * @param after the one to go on from, null for the first ones
     */
    public List<Waiting> boundedBatches(@Nullable BatchId after, int max) {
        return page(BOUNDED, after, max);
    }

    /** Of these batches, those with a bound that have queued jobs. */
    public List<Waiting> boundedBatches(Collection<BatchId> batches) {
        return of(BOUNDED, batches);
    }

    private List<Waiting> page(String which, @Nullable BatchId after, int max) {
        return jdbc.sql(WAITING + which + " and b.id > :after order by b.id limit :max")
                .param("after", after == null ? FIRST : after.value())
                .param("max", max)
                .query(Backlog::waiting)
                .list();
    }

    private List<Waiting> of(String which, Collection<BatchId> batches) {
        return jdbc.sql(WAITING + which + " and b.id = any(:ids)")
                .param("ids", batches.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(Backlog::waiting)
                .list();
    }

    private static Waiting waiting(ResultSet row, int n) throws SQLException {
        return new Waiting(lane(row), row.getInt("hints"));
    }

    /**
     * Jobs that may run, chosen as fairly as the queue in Redis chooses, though with more work: priorities by their
     * weights in a lottery, workspaces and batches in turn. Nothing is claimed or locked.
     *
     * @param weights of the priorities, in their order
     */
    public List<JobId> next(int want, List<Integer> weights) {
        return jdbc.sql("""
                        with waiting as (
                            select b.id, b.workspace, b.priority,
                                   least(:want, coalesce(b.max_in_flight - b.running, :want)) as most
                              from batch b left join workspace_control w on w.workspace = b.workspace
                             where b.finished_at is null and b.queued > 0
                               and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                               and b.running < coalesce(b.max_in_flight, b.running + 1)
                             order by random() limit :batches),
                        by_batch as (
                            select w.workspace, w.priority, j.id, random() as lot,
                                   row_number() over (partition by w.id order by j.seq) as turn
                              from waiting w
                             cross join lateral (
                                   select id, seq from job
                                    where batch_id = w.id and state = 'QUEUED' order by seq limit w.most) j),
                        by_workspace as (
                            select *, row_number() over (partition by priority, workspace order by turn, lot) as place
                              from by_batch),
                        by_priority as (
                            select *, row_number() over (partition by priority order by place, lot) as rank
                              from by_workspace),
                        share (priority, weight, lot) as (
                            select name, weight, random()
                              from unnest(array['CRITICAL', 'HIGH', 'NORMAL', 'LOW'], :weights::integer[])
                                   as s(name, weight))
                        select p.id from by_priority p join share s on s.priority = p.priority
                         order by (p.rank - s.lot) / s.weight limit :want
                        """)
                .param("want", want)
                .param("batches", BATCHES)
                .param("weights", weights.toArray(Integer[]::new))
                .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
                .list();
    }

    /**
     * Decides for batches that wait for others: when each of these is SUCCEEDED or PARTIAL their jobs get their time;
     * when one is FAILED, CANCELLED or gone they are given up.
     *
     * @param max jobs to change at most
     * @return how many were changed; as many as {@code max} when more may be left
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
        jdbc.sql("""
                        with done as (
                            select b.id from batch b
                             where b.awaiting
                               and not exists (select from job j where j.batch_id = b.id
                                                  and j.state = 'SCHEDULED' and j.run_after is null)
                             order by b.id for no key update skip locked)
                        update batch b set awaiting = false from done d where b.id = d.id
                        """).update();
        return changed;
    }

    /** All queued jobs of a batch in the order of acceptance; 16 bytes each, so a large batch is fine. */
    public List<JobId> queuedJobs(BatchId batch) {
        return queuedJobs(batch, Integer.MAX_VALUE);
    }

    /** The first queued jobs of a batch. */
    public List<JobId> queuedJobs(BatchId batch, int max) {
        List<JobId> jobs = new ArrayList<>();
        jdbc.sql("select id from job where batch_id = :batch and state = 'QUEUED' order by seq limit :max")
                .param("batch", batch.value())
                .param("max", max)
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

    /** Of a row with the columns of a batch and the id of the job as {@code job}. */
    public static Hint hint(ResultSet row, int n) throws SQLException {
        return new Hint(new JobId(row.getObject("job", UUID.class)), lane(row));
    }

    private static Lane lane(ResultSet row) throws SQLException {
        return new Lane(
                new Workspace(row.getString("workspace")),
                new BatchId(row.getObject("id", UUID.class)),
                Priority.valueOf(row.getString("priority")),
                row.getObject("max_in_flight", Integer.class));
    }
}
