package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Outlook;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.forecast.Forecast;
import io.mivaa.batch.job.forecast.Work;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads rows of {@link #READ}. Thread-safe. */
final class BatchRows {

    /**
     * Selects batches with everything that their outlook is computed from: a few rows of batch_work, the instances, and
     * the running jobs of all instances if the batch has running jobs. The other jobs of the batch are not read.
     */
    static final String READ = """
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

    private final JsonMapper json;

    BatchRows(JsonMapper json) {
        this.json = json;
    }

    Batch batch(ResultSet row, int n) throws SQLException {
        Counts counts = counts(row);
        return new Batch(
                new BatchId(row.getObject("id", UUID.class)),
                new Workspace(row.getString("workspace")),
                row.getString("name"),
                BatchState.valueOf(row.getString("state")),
                Priority.valueOf(row.getString("priority")),
                json.readValue(row.getString("options"), BatchOptions.class),
                List.of((String[]) row.getArray("tags").getArray()),
                Columns.instant(row, "scheduled_at"),
                Stream.of((UUID[]) row.getArray("after").getArray())
                        .map(BatchId::new)
                        .toList(),
                counts,
                row.getTimestamp("created_at").toInstant(),
                Columns.instant(row, "started_at"),
                Columns.instant(row, "finished_at"),
                outlook(row, counts),
                row.getTimestamp("read_at").toInstant(),
                Columns.version(row));
    }

    private static Counts counts(ResultSet row) throws SQLException {
        return new Counts(
                row.getInt("total"),
                row.getInt("scheduled"),
                row.getInt("queued"),
                row.getInt("running"),
                row.getInt("retrying"),
                row.getInt("succeeded"),
                row.getInt("dead"),
                row.getInt("cancelled"));
    }

    private Outlook outlook(ResultSet row, Counts counts) throws SQLException {
        Map<JobStage, Integer> stages = stages(row.getString("stages"));
        Instant finishedAt = Columns.instant(row, "finished_at");
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
}
