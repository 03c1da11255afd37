package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads jobs and their attempts, and cancels single ones. A job of another workspace does not exist. Thread-safe. */
@Repository
public class Jobs {

    private static final int PAGE = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Jobs(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    public Optional<Job> find(Workspace workspace, JobId id) {
        return jdbc.sql("select *, xmin from job where id = :id and workspace = :workspace")
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(Jobs::job)
                .optional();
    }

    /**
     * In the order of acceptance.
     *
     * @param state null for any
     * @param after the {@link Job#seq()} to go on from, null for the first page
     */
    public Page<Job, Long> list(
            Workspace workspace, BatchId batch, @Nullable JobState state, @Nullable Long after, int limit) {
        List<Job> jobs = jdbc.sql("""
                        select *, xmin from job
                         where batch_id = :batch and workspace = :workspace
                           and (:state::text is null or state = :state)
                           and (:after::bigint is null or seq > :after)
                         order by seq limit :limit
                        """)
                .param("batch", batch.value())
                .param("workspace", workspace.name())
                .param("state", state == null ? null : state.name())
                .param("after", after)
                .param("limit", limit + 1)
                .query(Jobs::job)
                .list();
        return Page.of(jobs, limit, Job::seq);
    }

    /**
     * Every job of a batch that is DEAD when its page is read. A reader that is slow holds neither a connection nor a
     * snapshot, and no more than a page is ever in memory.
     */
    public void forEachDead(Workspace workspace, BatchId batch, Consumer<Job> reader) {
        @Nullable Long after = null;
        do {
            Page<Job, Long> page = list(workspace, batch, JobState.DEAD, after, PAGE);
            page.items().forEach(reader);
            after = page.next();
        } while (after != null);
    }

    /** First attempt first; the last is the one that runs, if one does. */
    public List<JobAttempt> attempts(Workspace workspace, JobId id) {
        return jdbc.sql("""
                        select a.fence, a.attempt, a.instance, a.started_at, a.ended_at, a.outcome, a.stage,
                               a.error_class, a.error_code, a.error_message, a.timings
                          from ended_attempt a join job j on j.id = a.job_id
                         where a.job_id = :id and j.workspace = :workspace
                        union all
                        select fence, attempt, claimed_by, claimed_at, null, null, null, null, null, null, null
                          from job where id = :id and workspace = :workspace and state = 'RUNNING'
                         order by fence
                        """)
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(this::attempt)
                .list();
    }

    /**
     * The jobs that wait and may run: first those that are hinted at, in that order, then others, by their priority and
     * how long they have waited.
     */
    public List<Job> next(Workspace workspace, List<JobId> hinted, int limit) {
        UUID[] known = hinted.stream().map(JobId::value).toArray(UUID[]::new);
        List<Job> next = new ArrayList<>(known.length == 0 ? List.of() : hinted(workspace, known, limit));
        if (next.size() < limit) {
            next.addAll(others(workspace, known, limit - next.size()));
        }
        return next;
    }

    private List<Job> hinted(Workspace workspace, UUID[] hinted, int limit) {
        return jdbc.sql("""
                        select j.*, j.xmin
                          from job j join batch b on b.id = j.batch_id
                          left join workspace_control w on w.workspace = j.workspace
                         where j.id = any(:hinted) and j.workspace = :workspace and j.queued_at is not null
                           and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                         order by array_position(:hinted, j.id) limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("hinted", hinted)
                .param("limit", limit)
                .query(Jobs::job)
                .list();
    }

    /** From few jobs of each batch, not from all that wait. */
    private List<Job> others(Workspace workspace, UUID[] hinted, int limit) {
        return jdbc.sql("""
                        select j.*
                          from batch b
                          cross join lateral (
                                select *, xmin from job
                                 where batch_id = b.id and state = 'QUEUED' and id <> all(:hinted)
                                 order by seq limit :limit) j
                          left join workspace_control w on w.workspace = b.workspace
                         where b.workspace = :workspace and b.finished_at is null and b.queued > 0
                           and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                         order by array_position(array['CRITICAL', 'HIGH', 'NORMAL', 'LOW'], b.priority),
                                  j.queued_at, j.seq
                         limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("hinted", hinted)
                .param("limit", limit)
                .query(Jobs::job)
                .list();
    }

    /** Those of the jobs that exist, whosever they are: for what is done for all workspaces at once. */
    public Map<JobId, Job> ofAnyWorkspace(Collection<JobId> ids) {
        return jdbc
                .sql("select *, xmin from job where id = any(:ids)")
                .param("ids", ids.stream().map(JobId::value).toArray(UUID[]::new))
                .query(Jobs::job)
                .list()
                .stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
    }

    /** The versions of those of the jobs that exist: what a waiting reader compares. */
    public Map<JobId, Long> versions(Collection<JobId> ids) {
        Map<JobId, Long> versions = new HashMap<>();
        jdbc.sql("select id, xmin from job where id = any(:ids)")
                .param("ids", ids.stream().map(JobId::value).toArray(UUID[]::new))
                .query(row -> {
                    versions.put(new JobId(row.getObject("id", UUID.class)), Batches.version(row));
                });
        return versions;
    }

    /** @return whether it was not final and now is */
    @Transactional
    public boolean cancel(Workspace workspace, JobId id) {
        return jdbc.sql("""
                                with open as (
                                    select id, fence, attempt, claimed_by, claimed_at from job
                                     where id = :id and workspace = :workspace
                                       and state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING')
                                       for update),
                                stopped as (
                                    update job j
                                       set state = 'CANCELLED', stage = null, claimed_by = null, run_after = null,
                                           queued_at = null, finished_at = clock_timestamp(),
                                           error_class = 'CANCELLED', error_code = 'cancelled',
                                           error_message = 'The job was cancelled.'
                                      from open o where j.id = o.id
                                    returning j.id),
                                kept as (
                                    insert into job_attempt
                                           (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                                    select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, clock_timestamp(),
                                           'CANCELLED'
                                      from open o join stopped s on s.id = o.id
                                     where o.claimed_by is not null)
                                select count(*) from stopped
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    public static Job job(ResultSet row, int n) throws SQLException {
        return new Job(
                new JobId(row.getObject("id", UUID.class)),
                row.getLong("seq"),
                new BatchId(row.getObject("batch_id", UUID.class)),
                new Workspace(row.getString("workspace")),
                row.getString("external_id"),
                row.getString("filename"),
                row.getString("media_type"),
                row.getLong("bytes"),
                row.getString("sha256"),
                row.getString("metadata"),
                JobState.valueOf(row.getString("state")),
                stage(row),
                row.getInt("percent"),
                row.getObject("pages", Integer.class),
                row.getObject("chunks", Integer.class),
                row.getObject("embedded", Integer.class),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                row.getInt("crashes"),
                failure(row),
                Batches.instant(row, "run_after"),
                row.getTimestamp("created_at").toInstant(),
                Batches.instant(row, "started_at"),
                Batches.instant(row, "finished_at"),
                Batches.instant(row, "discarded_at"),
                row.getBoolean("reused"),
                Batches.version(row));
    }

    private JobAttempt attempt(ResultSet row, int n) throws SQLException {
        String timings = row.getString("timings");
        return new JobAttempt(
                row.getInt("attempt"),
                row.getLong("fence"),
                new InstanceId(row.getObject("instance", UUID.class)),
                row.getTimestamp("started_at").toInstant(),
                Batches.instant(row, "ended_at"),
                row.getString("outcome"),
                stage(row),
                failure(row),
                timings == null ? Map.of() : json.readValue(timings, new TypeReference<Map<String, Long>>() {}));
    }

    private static @Nullable JobStage stage(ResultSet row) throws SQLException {
        String stage = row.getString("stage");
        return stage == null ? null : JobStage.valueOf(stage);
    }

    private static @Nullable Failure failure(ResultSet row) throws SQLException {
        String failureClass = row.getString("error_class");
        return failureClass == null
                ? null
                : new Failure(
                        FailureClass.valueOf(failureClass),
                        row.getString("error_code"),
                        row.getString("error_message"));
    }
}
