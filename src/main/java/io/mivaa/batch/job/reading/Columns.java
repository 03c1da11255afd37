package io.mivaa.batch.job.reading;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads columns that several tables have. */
final class Columns {

    private Columns() {}

    /** The transaction that wrote the row last, from its {@code xmin}: a version that changes with every update. */
    static long version(ResultSet row) throws SQLException {
        return Long.parseLong(row.getString("xmin"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
