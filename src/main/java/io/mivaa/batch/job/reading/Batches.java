package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Outlook;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import io.mivaa.batch.job.forecast.Forecast;
import io.mivaa.batch.job.forecast.Work;

/**
 * Reads batches, and does to them what their owner wants. A batch of another workspace does not exist for the caller.
 * Statements lock jobs first and their batch after, as every other transaction does. Thread-safe.
 */
@Repository
public class Batches {

    /** Of so many batches a page of those that are looked for is chosen: some hundredths of a second for PostgreSQL. */
    static final int REACH = 10_000;

    /**
     * A batch with all that its outlook is computed from: few rows of batch_work, the jobs that run now on all instances
     * if any of its are among them, and the instances. Its own jobs are not gone through.
     */
    private static final String READ = """
            with stages as materialized (
                select j.batch_id, j.stage, count(*) as jobs
                  from worker_instance i join job j on j.claimed_by = i.id and j.state = 'RUNNING'
                 group by j.batch_id, j.stage)
            select b.*, b.xmin, now() as read_at, coalesce(c.paused, false) as held,
                   (select coalesce(sum(concurrency), 0) from worker_instance
                     where lease_until > now() and not draining) as workers,
                   extract(epoch from now() - b.measured_since)::double precision as measured_seconds,
                   case when b.running > 0 then
                       (select jsonb_object_agg(s.stage, s.jobs) from stages s where s.batch_id = b.id) end as stages,
                   case when b.finished_at is null then
                       (select jsonb_agg(jsonb_build_object(
                                   'cost', w.cost, 'size', w.size, 'credit', w.credit,
                                   'openSize', w.open_size, 'openSquares', w.open_squares,
                                   'workedJobs', w.worked_jobs, 'workedSize', w.worked_size,
                                   'workedMillis', w.worked_millis, 'workedScatter', w.worked_scatter,
                                   'recent', w.recent,
                                   'recentAge', extract(epoch from now() - w.recent_at)::double precision,
                                   'parkedAge', extract(epoch from now() - w.parked_at)::double precision)
                                 order by w.media_type)
                          from batch_work w where w.batch_id = b.id) end as work
              from batch b left join workspace_control c on c.workspace = b.workspace
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    public Batches(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    public Optional<Batch> find(Workspace workspace, BatchId id) {
        return jdbc.sql(READ + " where b.id = :id and b.workspace = :workspace")
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(this::batch)
                .optional();
    }

    /**
     * Which batches are wanted; null is any.
     *
     * @param name stands somewhere in its name, whatever the case
     * @param tag is one of its tags
     */
    public record Filter(
            @Nullable BatchState state,
            @Nullable String name,
            @Nullable String tag) {

        public static final Filter ANY = new Filter(null, null, null);

        boolean isAny() {
            return equals(ANY);
        }
    }

    /**
     * Newest first, along the index of the workspace. No index knows what is in a name, or which state is rare, so with a
     * filter a page comes of the next {@link #REACH} batches and no others: it may be short, or empty, and yet not be the
     * last.
     *
     * @param before the id to go on from, null for the first page
     */
    public Page<Batch, BatchId> list(Workspace workspace, Filter filter, @Nullable BatchId before, int limit) {
        BatchId reach = filter.isAny() ? null : reach(workspace, before);
        // Not a pattern: in a name % and _ are characters like others.
        List<Batch> batches = jdbc.sql(READ + """
                         where b.workspace = :workspace
                           and (:state::text is null or b.state = :state)
                           and (:name::text is null or strpos(lower(b.name), lower(:name)) > 0)
                           and (:tag::text is null or :tag = any(b.tags))
                           and (:before::uuid is null or b.id < :before)
                           and (:reach::uuid is null or b.id >= :reach)
                         order by b.id desc limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("state", filter.state() == null ? null : filter.state().name())
                .param("name", filter.name())
                .param("tag", filter.tag())
                .param("before", before == null ? null : before.value())
                .param("reach", reach == null ? null : reach.value())
                .param("limit", limit + 1)
                .query(this::batch)
                .list();
        Page<Batch, BatchId> page = Page.of(batches, limit, Batch::id);
        return page.next() == null ? new Page<>(page.items(), reach) : page;
    }

    /** The last of those that are looked at from there, by the index alone; null when these are all there are. */
    private @Nullable BatchId reach(Workspace workspace, @Nullable BatchId before) {
        return jdbc.sql("""
                        select id from batch
                         where workspace = :workspace and (:before::uuid is null or id < :before)
                         order by id desc offset :others limit 1
                        """)
                .param("workspace", workspace.name())
                .param("before", before == null ? null : before.value())
                .param("others", REACH - 1)
                .query((row, n) -> new BatchId(row.getObject("id", UUID.class)))
                .optional()
                .orElse(null);
    }

    /** Those that are not final, newest first. */
    public List<Batch> open(Workspace workspace, int limit) {
        return jdbc.sql(READ + """
                         where b.workspace = :workspace and b.finished_at is null
                         order by b.id desc limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("limit", limit)
                .query(this::batch)
                .list();
    }

    /** Those of the batches that exist, whosever they are: for what is done for all workspaces at once. */
    public Map<BatchId, Batch> ofAnyWorkspace(Collection<BatchId> ids) {
        return jdbc
                .sql(READ + " where b.id = any(:ids)")
                .param("ids", ids.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(this::batch)
                .list()
                .stream()
                .collect(Collectors.toMap(Batch::id, Function.identity()));
    }

    /** The versions of those of the batches that exist: what a waiting reader compares. */
    public Map<BatchId, Long> versions(Collection<BatchId> ids) {
        Map<BatchId, Long> versions = new HashMap<>();
        jdbc.sql("select id, xmin from batch where id = any(:ids)")
                .param("ids", ids.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(row -> {
                    versions.put(new BatchId(row.getObject("id", UUID.class)), version(row));
                });
        return versions;
    }

    /**
     * Cancels every job that is not final. A job that runs loses its fence, so that it cannot commit even when nobody
     * tells its worker.
     *
     * @return false when the batch was final already
     */
    @Transactional
    public boolean cancel(Workspace workspace, BatchId id) {
        int cancelled = jdbc.sql("""
                        with open as (
                            select id, fence, attempt, claimed_by, claimed_at from job
                             where batch_id = :batch and workspace = :workspace
                               and state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING')
                             order by id for update),
                        stopped as (
                            update job j
                               set state = 'CANCELLED', stage = null, claimed_by = null, run_after = null,
                                   queued_at = null, finished_at = clock_timestamp(),
                                   error_class = 'CANCELLED', error_code = 'cancelled',
                                   error_message = 'The batch was cancelled.'
                              from open o where j.id = o.id
                            returning j.id),
                        kept as (
                            insert into job_attempt (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                            select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, clock_timestamp(), 'CANCELLED'
                              from open o join stopped s on s.id = o.id
                             where o.claimed_by is not null)
                        select count(*) from stopped
                        """)
                .param("batch", id.value())
                .param("workspace", workspace.name())
                .query(Integer.class)
                .single();
        if (cancelled > 0) {
            jdbc.sql("update batch set cancelled_at = now(), paused = false where id = :id")
                    .param("id", id.value())
                    .update();
        }
        return cancelled > 0;
    }

    /**
     * Ends one batch that was cancelled but has a job that is not final, because a replay came between the cancel's look
     * at the jobs and its commit.
     *
     * @return whether there was one
     */
    @Transactional
    public boolean cancelLeftover() {
        return jdbc.sql("""
                        select workspace, id from batch
                         where finished_at is null and cancelled_at is not null order by id limit 1
                        """)
                .query((row, n) ->
                        cancel(new Workspace(row.getString("workspace")), new BatchId(row.getObject("id", UUID.class))))
                .optional()
                .orElse(false);
    }

    /** Holds a batch that is not final, or lets it go on. What already runs ends. */
    public boolean pause(Workspace workspace, BatchId id, boolean paused) {
        return jdbc.sql("""
                                update batch set paused = :paused
                                 where id = :id and workspace = :workspace and paused <> :paused
                                   and finished_at is null
                                """)
                        .param("paused", paused)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }

    /** @return the priority it had, empty when it is unknown or final */
    @Transactional
    public Optional<Priority> reprioritise(Workspace workspace, BatchId id, Priority priority) {
        Optional<Priority> former = jdbc.sql("""
                        select priority from batch
                         where id = :id and workspace = :workspace and finished_at is null
                           for no key update
                        """)
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query((row, n) -> Priority.valueOf(row.getString(1)))
                .optional();
        former.filter(p -> p != priority)
                .ifPresent(p -> jdbc.sql("update batch set priority = :priority where id = :id")
                        .param("priority", priority.name())
                        .param("id", id.value())
                        .update());
        return former;
    }

    /** Whether another batch is still to learn how this one ended. */
    public boolean isAwaited(BatchId id) {
        return jdbc.sql("select exists (select from batch where awaiting and :id = any(after))")
                .param("id", id.value())
                .query(Boolean.class)
                .single();
    }

    /**
     * Forgets a final batch with its jobs, their attempts and contents. Results are left to whoever keeps them.
     *
     * @return false when it is unknown or not final
     */
    public boolean delete(Workspace workspace, BatchId id) {
        return jdbc.sql("""
                                delete from batch
                                 where id = :id and workspace = :workspace and finished_at is not null
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }

    /** Holds all batches of a workspace, or lets them go on. */
    public void pauseAll(Workspace workspace, boolean paused) {
        jdbc.sql("""
                        insert into workspace_control (workspace, paused) values (:workspace, :paused)
                        on conflict (workspace) do update set paused = excluded.paused
                        """)
                .param("workspace", workspace.name())
                .param("paused", paused)
                .update();
    }

    public boolean allPaused(Workspace workspace) {
        return jdbc.sql("select paused from workspace_control where workspace = :workspace")
                .param("workspace", workspace.name())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    private Batch batch(ResultSet row, int n) throws SQLException {
        BatchState state = BatchState.valueOf(row.getString("state"));
        Counts counts = new Counts(
                row.getInt("total"),
                row.getInt("scheduled"),
                row.getInt("queued"),
                row.getInt("running"),
                row.getInt("retrying"),
                row.getInt("succeeded"),
                row.getInt("dead"),
                row.getInt("cancelled"));
        return new Batch(
                new BatchId(row.getObject("id", UUID.class)),
                new Workspace(row.getString("workspace")),
                row.getString("name"),
                state,
                Priority.valueOf(row.getString("priority")),
                json.readValue(row.getString("options"), BatchOptions.class),
                List.of((String[]) row.getArray("tags").getArray()),
                instant(row, "scheduled_at"),
                Stream.of((UUID[]) row.getArray("after").getArray())
                        .map(BatchId::new)
                        .toList(),
                counts,
                row.getTimestamp("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                outlook(row, counts),
                row.getTimestamp("read_at").toInstant(),
                version(row));
    }

    private Outlook outlook(ResultSet row, Counts counts) throws SQLException {
        Map<JobStage, Integer> stages = stages(row.getString("stages"));
        Instant finishedAt = instant(row, "finished_at");
        if (finishedAt != null) {
            return Outlook.done(stages, finishedAt);
        }
        String work = Objects.requireNonNullElse(row.getString("work"), "[]");
        Forecast forecast = new Forecast(json.readValue(work, new TypeReference<List<Work>>() {}), counts.total());
        return new Outlook(
                forecast.percent(),
                stages,
                forecast.eta(new Forecast.Circumstances(
                        row.getBoolean("paused") || row.getBoolean("held"),
                        row.getBoolean("awaiting"),
                        counts.scheduled(),
                        counts.queued() + counts.running(),
                        counts.retrying(),
                        row.getInt("workers"),
                        row.getObject("measured_seconds", Double.class),
                        row.getTimestamp("read_at").toInstant())));
    }

    private Map<JobStage, Integer> stages(@Nullable String text) {
        return text == null ? Map.of() : json.readValue(text, new TypeReference<Map<JobStage, Integer>>() {});
    }

    /** Of a row of any table with its {@code xmin}: the transaction that wrote it last. */
    static long version(ResultSet row) throws SQLException {
        return Long.parseLong(row.getString("xmin"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
