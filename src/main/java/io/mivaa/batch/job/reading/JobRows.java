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
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads rows of the table job, selected with their {@code xmin}, and of attempts. */
public final class JobRows {

    private JobRows() {}

    /** A job, of a row with all columns of its table and {@code xmin}. */
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
                Columns.instant(row, "run_after"),
                row.getTimestamp("created_at").toInstant(),
                Columns.instant(row, "started_at"),
                Columns.instant(row, "finished_at"),
                Columns.instant(row, "discarded_at"),
                row.getBoolean("reused"),
                Columns.version(row));
    }

    static JobAttempt attempt(ResultSet row, JsonMapper json) throws SQLException {
        String timings = row.getString("timings");
        return new JobAttempt(
                row.getInt("attempt"),
                row.getLong("fence"),
                new InstanceId(row.getObject("instance", UUID.class)),
                row.getTimestamp("started_at").toInstant(),
                Columns.instant(row, "ended_at"),
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
