package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Inserts the rows of accepted batches and their jobs, in the caller's transaction. Thread-safe. */
final class AcceptedRows {

    /** Rows per statement: few enough for one message, enough that the trigger that counts runs rarely. */
    static final int MAX = 500;

    private static final String JOBS = """
            insert into job (id, batch_id, workspace, external_id, filename, declared_type, media_type, bytes,
                             sha256, metadata, max_attempts, state, run_after, queued_at, finished_at,
                             error_class, error_code, error_message, sealed_password)
            select d.id, b.id, ?, d.external_id, d.filename, d.declared_type, d.media_type, d.bytes,
                   d.sha256, d.metadata::jsonb, ?,
                   case when d.class is not null then 'DEAD'
                        when b.awaiting or b.scheduled_at > now() then 'SCHEDULED'
                        else 'QUEUED' end,
                   case when d.class is null and not b.awaiting and b.scheduled_at > now()
                        then b.scheduled_at end,
                   case when d.class is null and not b.awaiting
                         and coalesce(b.scheduled_at <= now(), true) then now() end,
                   case when d.class is not null then now() end,
                   d.class, d.code, d.message, d.password
              from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                   with ordinality as d(id, external_id, filename, declared_type, media_type, bytes, sha256,
                                        metadata, class, code, message, password,
                                        position)
              join batch b on b.id = ?
             order by d.position
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final JsonMapper json;

    AcceptedRows(JdbcClient jdbc, JdbcTemplate template, JsonMapper json) {
        this.jdbc = jdbc;
        this.template = template;
        this.json = json;
    }

    /** A document that becomes a job. */
    record Row(JobId id, NewDocument document) {}

    /** @return whether the jobs of the batch must wait for their time or for other batches */
    boolean insertBatch(BatchId id, NewBatch batch) {
        return jdbc.sql("""
                        insert into batch (id, workspace, name, priority, options, tags,
                                           max_in_flight, scheduled_at, after, awaiting)
                        values (:id, :workspace, :name, :priority, :options::jsonb, :tags,
                                :maxInFlight, :scheduledAt, :after, cardinality(:after::uuid[]) > 0)
                        returning awaiting or coalesce(scheduled_at > now(), false)
                        """)
                .param("id", id.value())
                .param("workspace", batch.workspace().name())
                .param("name", batch.name())
                .param("priority", batch.priority().name())
                .param("options", json.writeValueAsString(batch.options()))
                .param("tags", batch.tags().toArray(String[]::new))
                .param("maxInFlight", batch.options().maxInFlight(), Types.INTEGER)
                .param("scheduledAt", timestamp(batch.start().at()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param(
                        "after",
                        batch.start().after().stream().map(BatchId::value).toArray(UUID[]::new))
                .query(Boolean.class)
                .single();
    }

    private static @Nullable OffsetDateTime timestamp(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }

    void insertJobs(BatchId batch, NewBatch of, List<Row> rows) {
        template.update(connection -> {
            PreparedStatement statement = connection.prepareStatement(JOBS);
            statement.setString(1, of.workspace().name());
            statement.setInt(2, of.options().maxAttempts());
            setDocuments(statement, rows);
            statement.setObject(15, batch.value());
            return statement;
        });
    }

    private static void setDocuments(PreparedStatement statement, List<Row> rows) throws SQLException {
        set(statement, 3, "uuid", rows, row -> row.id().value());
        set(statement, 4, "text", rows, row -> row.document().externalId());
        set(statement, 5, "text", rows, row -> row.document().filename());
        set(statement, 6, "text", rows, row -> row.document().declaredType());
        set(statement, 7, "text", rows, row -> row.document().mediaType());
        set(statement, 8, "bigint", rows, row -> row.document().bytes());
        set(statement, 9, "text", rows, row -> row.document().sha256());
        set(statement, 10, "text", rows, row -> row.document().metadata());
        set(
                statement,
                11,
                "text",
                rows,
                row -> refusal(row, failure -> failure.failureClass().name()));
        set(statement, 12, "text", rows, row -> refusal(row, Failure::code));
        set(statement, 13, "text", rows, row -> refusal(row, Failure::message));
        set(statement, 14, "text", rows, row -> sealedPassword(row));
    }

    private static void set(
            PreparedStatement statement,
            int parameter,
            String type,
            List<Row> rows,
            Function<Row, ? extends @Nullable Object> value)
            throws SQLException {
        statement.setArray(
                parameter,
                statement
                        .getConnection()
                        .createArrayOf(type, rows.stream().map(value).toArray()));
    }

    private static @Nullable String refusal(Row row, Function<Failure, String> part) {
        Failure refusal = row.document().refusal();
        return refusal == null ? null : part.apply(refusal);
    }

    private static @Nullable String sealedPassword(Row row) {
        NewDocument.Password password = row.document().password();
        return password == null ? null : password.sealedFor(row.id());
    }
}
