package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Takes a batch in: when {@link #accept} has returned and its transaction is committed, nothing of it can be lost. */
@Repository
public class Acceptance {

    /** Rows per statement: few enough for one message, many enough that the trigger that counts runs seldom. */
    private static final int ROWS = 500;

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final Contents contents;
    private final JsonMapper json;

    Acceptance(JdbcClient jdbc, JdbcTemplate template, Contents contents, JsonMapper json) {
        this.jdbc = jdbc;
        this.template = template;
        this.contents = contents;
        this.json = json;
    }

    /** What came of it: {@code queued} are the jobs that wait for a worker, in order. */
    public record Accepted(BatchId batch, List<JobId> queued) {}

    /**
     * Writes the batch, a job for every document, and the documents' bytes, in one transaction (the caller's, if there
     * is one).
     *
     * @throws IOException when the bytes of a document cannot be read; then nothing is accepted
     */
    @Transactional(rollbackFor = IOException.class)
    public Accepted accept(NewBatch batch, Iterable<NewDocument> documents) throws IOException {
        BatchId id = BatchId.create();
        boolean waits = insert(id, batch);
        List<JobId> queued = new ArrayList<>();
        Contents.Writer writer = contents.writer();
        List<Row> rows = new ArrayList<>(ROWS);
        for (NewDocument document : documents) {
            Row row = new Row(JobId.create(), document);
            rows.add(row);
            if (document.refusal() == null && !waits) {
                queued.add(row.id());
            }
            if (rows.size() == ROWS) {
                write(id, batch, rows, writer);
                rows.clear();
            }
        }
        write(id, batch, rows, writer);
        finishIfAllRefused(id);
        return new Accepted(id, queued);
    }

    /**
     * Writes a batch of documents that are known: a job with the bytes of each of the others, whose results stay out of
     * sight until the whole batch has succeeded. In the caller's transaction.
     *
     * @param sources jobs of the workspace; one that is gone is left out
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Accepted acceptAgain(NewBatch batch, List<JobId> sources) {
        BatchId id = BatchId.create();
        insert(id, batch);
        jdbc.sql("update batch set switches = true where id = :id")
                .param("id", id.value())
                .update();
        List<JobId> queued = new ArrayList<>();
        for (int from = 0; from < sources.size(); from += ROWS) {
            queued.addAll(copy(id, batch, sources.subList(from, Math.min(from + ROWS, sources.size()))));
        }
        return new Accepted(id, queued);
    }

    private List<JobId> copy(BatchId id, NewBatch batch, List<JobId> sources) {
        UUID[] from = sources.stream().map(JobId::value).toArray(UUID[]::new);
        UUID[] to = sources.stream().map(source -> JobId.create().value()).toArray(UUID[]::new);
        List<JobId> copied = jdbc.sql("""
                        insert into job (id, batch_id, workspace, external_id, filename, declared_type, media_type, bytes,
                                         sha256, metadata, max_attempts, state, queued_at)
                        select c.target, :batch, j.workspace, j.external_id, j.filename, j.declared_type, j.media_type,
                               j.bytes, j.sha256, j.metadata, :attempts, 'QUEUED', now()
                          from unnest(:sources, :targets) with ordinality as c(source, target, position)
                          join job j on j.id = c.source and j.workspace = :workspace
                         order by c.position
                        returning id
                        """)
                .param("batch", id.value())
                .param("attempts", batch.options().maxAttempts())
                .param("sources", from)
                .param("targets", to)
                .param("workspace", batch.workspace().name())
                .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
                .list();
        jdbc.sql("""
                        insert into document_content (job_id, piece, bytes)
                        select j.id, d.piece, d.bytes
                          from unnest(:sources, :targets) as c(source, target)
                          join job j on j.id = c.target
                          join document_content d on d.job_id = c.source
                        """).param("sources", from).param("targets", to).update();
        return copied;
    }

    private record Row(JobId id, NewDocument document) {}

    /** @return whether its jobs have to wait for their time, or for other batches */
    private boolean insert(BatchId id, NewBatch batch) {
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

    private void write(BatchId batch, NewBatch of, List<Row> rows, Contents.Writer writer) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        insertJobs(batch, of, rows);
        for (Row row : rows) {
            try (InputStream content = row.document().content().open()) {
                writer.add(row.id(), content);
            }
        }
        writer.flush();
    }

    private void insertJobs(BatchId batch, NewBatch of, List<Row> rows) {
        template.update(connection -> {
            var statement = connection.prepareStatement("""
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
                    """);
            statement.setString(1, of.workspace().name());
            statement.setInt(2, of.options().maxAttempts());
            statement.setArray(
                    3, array(connection, "uuid", rows, row -> row.id().value()));
            statement.setArray(4, text(connection, rows, NewDocument::externalId));
            statement.setArray(5, text(connection, rows, NewDocument::filename));
            statement.setArray(6, text(connection, rows, NewDocument::declaredType));
            statement.setArray(7, text(connection, rows, NewDocument::mediaType));
            statement.setArray(
                    8, array(connection, "bigint", rows, row -> row.document().bytes()));
            statement.setArray(9, text(connection, rows, NewDocument::sha256));
            statement.setArray(10, text(connection, rows, NewDocument::metadata));
            statement.setArray(
                    11,
                    text(connection, rows, d -> refusal(d, f -> f.failureClass().name())));
            statement.setArray(12, text(connection, rows, d -> refusal(d, Failure::code)));
            statement.setArray(13, text(connection, rows, d -> refusal(d, Failure::message)));
            statement.setArray(14, array(connection, "text", rows, row -> sealedPassword(row)));
            statement.setObject(15, batch.value());
            return statement;
        });
    }

    /** A batch is finished by the change of its last job; one whose jobs were all dead from the start sees no change. */
    private void finishIfAllRefused(BatchId id) {
        jdbc.sql("update batch set finished_at = now() where id = :id and dead = total")
                .param("id", id.value())
                .update();
    }

    private static @Nullable String sealedPassword(Row row) {
        NewDocument.Password password = row.document().password();
        return password == null ? null : password.sealedFor(row.id());
    }

    private static @Nullable String refusal(NewDocument document, Function<Failure, String> part) {
        return document.refusal() == null ? null : part.apply(document.refusal());
    }

    private static Array text(Connection connection, List<Row> rows, Function<NewDocument, @Nullable String> value)
            throws java.sql.SQLException {
        return array(connection, "text", rows, row -> value.apply(row.document()));
    }

    private static Array array(
            Connection connection, String type, List<Row> rows, Function<Row, ? extends @Nullable Object> value)
            throws java.sql.SQLException {
        return connection.createArrayOf(type, rows.stream().map(value).toArray());
    }
}
