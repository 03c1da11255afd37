package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** A job that waits for a worker, and the lane that its hint belongs to. */
public record Hint(JobId job, Lane lane) {

    /** Reads a row that has the columns of the job's batch, and the id of the job as {@code job}. */
    public static Hint of(ResultSet row, int n) throws SQLException {
        return new Hint(new JobId(row.getObject("job", UUID.class)), Lane.of(row));
    }
}
