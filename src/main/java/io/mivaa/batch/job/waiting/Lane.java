package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the list in which the hints of a batch wait. Lists are grouped by workspace, and workspaces by priority.
 *
 * @param maxInFlight how many of its jobs may run at a time, null for any number
 */
public record Lane(
        Workspace workspace,
        BatchId batch,
        Priority priority,
        @Nullable Integer maxInFlight) {

    /** Reads a row that has the columns of a batch. */
    static Lane of(ResultSet row) throws SQLException {
        return new Lane(
                new Workspace(row.getString("workspace")),
                new BatchId(row.getObject("id", UUID.class)),
                Priority.valueOf(row.getString("priority")),
                row.getObject("max_in_flight", Integer.class));
    }
}
