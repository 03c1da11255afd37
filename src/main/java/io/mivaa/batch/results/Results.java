package io.mivaa.batch.results;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.TimeOrderedUuid;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.control.BatchDeletion;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps what comes out of the pipeline. A worker's transaction is: {@code Settling.hold}, {@link #findReusable} or
 * else {@link #store}, {@link #publish}, {@code Settling.succeed}. Rows are locked in the order job, result, document,
 * batch everywhere, so that no two transactions wait for each other. Thread-safe.
 */
@Repository
public class Results {

    /** Rows per round trip: at 3,072 dimensions still no more than some 3 MB. */
    private static final int CHUNK_ROWS = 200;

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final JsonMapper json;
    private final Documents documents;
    private final BatchDeletion deletion;
    private final VectorIndex index;
    private final KnownText knownText;

    Results(
            JdbcClient jdbc,
            JdbcTemplate template,
            JsonMapper json,
            Documents documents,
            BatchDeletion deletion,
            VectorIndex index) {
        this.jdbc = jdbc;
        this.template = template;
        this.json = json;
        this.documents = documents;
        this.deletion = deletion;
        this.index = index;
        this.knownText = new KnownText(jdbc, json);
    }

    /**
     * A result that serves a job as well as one of its own would.
     *
     * @param result row of table result
     * @param pages null when the source has none
     */
    public record Reusable(UUID result, @Nullable Integer pages, int chunks) {}

    /**
     * Those of the results that are still there. They are locked until the caller's transaction ends, so that none can
     * vanish before a job points to it; in the order of their ids.
     *
     * @param results that a claim knows of ({@link Claim#known()})
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Map<UUID, Reusable> findReusable(Collection<UUID> results) {
        Map<UUID, Reusable> found = new HashMap<>();
        jdbc.sql("select id, pages, chunks from result where id = any(:ids) order by id for key share")
                .param("ids", results.stream().distinct().toArray(UUID[]::new))
                .query(row -> {
                    UUID id = row.getObject("id", UUID.class);
                    found.put(id, new Reusable(id, row.getObject("pages", Integer.class), row.getInt("chunks")));
                });
        return found;
    }

    /**
     * What was once made of the bytes of a known document that is to be embedded anew: they cannot be read again when
     * they needed a password, which is not kept, or were not kept themselves. Empty for the jobs of any other batch, and
     * when no result of the same bytes is left.
     */
    public Optional<ParsedDocument> knownText(Claim claim) {
        return knownText.of(claim);
    }

    /**
     * What the pipeline made for a job.
     *
     * @param fingerprint of the settings: equal bytes and an equal fingerprint give an equal result
     */
    public record Made(Claim claim, RagDocument document, String fingerprint) {}

    private record Row(UUID id, Made made) {}

    private record ChunkRow(UUID id, Row result, int position) {}

    /**
     * Writes results with their chunks.
     *
     * @return the rows of table result, in the same order
     * @throws IllegalArgumentException when one has no chunk, or a vector is not as wide as the model says
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<UUID> store(List<Made> made) {
        made.forEach(one -> refuseFalseSuccess(one.document()));
        List<Row> rows =
                made.stream().map(one -> new Row(TimeOrderedUuid.next(), one)).toList();
        insertResults(rows);
        insertChunks(rows);
        return rows.stream().map(Row::id).toList();
    }

    /**
     * Lets the documents point to these jobs, unless one that was accepted later stands there already. The results are
     * those that {@link #store} or {@link #findReusable} gave.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void publish(List<Success> successes) {
        documents.publish(successes);
    }

    /**
     * Forgets a final batch: its jobs with their contents, and the results that nobody else uses. A document whose
     * current result came from it falls back to the newest-accepted one that remains, or is gone with its last.
     *
     * @return false when the batch is unknown or not final; then nothing has changed
     */
    @Transactional
    public boolean forgetBatch(Workspace workspace, BatchId batch) {
        if (!deletion.isDeletable(workspace, batch)) {
            return false;
        }
        takeTurns(workspace);
        deletion.lockJobs(batch);
        // A replay may have come first.
        if (!deletion.isDeletable(workspace, batch)) {
            return false;
        }
        UUID[] results = lockResults(batch);
        documents.leave(workspace, batch);
        if (!deletion.delete(workspace, batch)) {
            throw new IllegalStateException("batch " + batch + " is final and locked, yet cannot be deleted");
        }
        deleteUnused(results);
        return true;
    }

    /** Falling back locks a job of another batch; were that batch forgotten meanwhile, two could wait in a ring. */
    private void takeTurns(Workspace workspace) {
        jdbc.sql("select 1 from pg_advisory_xact_lock(hashtextextended('forget batch of ' || :workspace, 0))")
                .param("workspace", workspace.name())
                .query(Integer.class)
                .single();
    }

    private UUID[] lockResults(BatchId batch) {
        return jdbc.sql("""
                        select id from result
                         where id in (select result_id from job where batch_id = :batch)
                         order by id for update
                        """)
                .param("batch", batch.value())
                .query(UUID.class)
                .list()
                .toArray(UUID[]::new);
    }

    /** A statement of its own, so that it sees the jobs that were given one of these while we waited for its lock. */
    private void deleteUnused(UUID[] results) {
        jdbc.sql("""
                        delete from result r
                         where id = any(:results)
                           and (select j.id from job j where j.result_id = r.id limit 1) is null
                        """).param("results", results).update();
    }

    /** SUCCEEDED means chunks, and a vector for each. */
    private static void refuseFalseSuccess(RagDocument document) {
        int dimensions = document.model().dimensions();
        if (document.chunks().isEmpty()) {
            throw new IllegalArgumentException("a result without chunks is no result");
        }
        if (document.vectors().stream().anyMatch(vector -> vector.length != dimensions)) {
            throw new IllegalArgumentException("not every vector has the " + dimensions + " dimensions of the model");
        }
    }

    private void insertResults(List<Row> rows) {
        template.batchUpdate("""
                insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title, language,
                                    text, pages, metadata, headings, tables, figures, quality, chunks)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?)
                """, rows, CHUNK_ROWS, (statement, row) -> {
            RagDocument document = row.made().document();
            statement.setObject(1, row.id());
            statement.setString(2, row.made().claim().workspace().name());
            statement.setString(3, row.made().claim().sha256());
            statement.setString(4, row.made().fingerprint());
            statement.setString(5, document.model().provider());
            statement.setString(6, document.model().name());
            statement.setInt(7, document.model().dimensions());
            statement.setString(8, document.title());
            statement.setString(9, document.language());
            statement.setString(10, document.text());
            statement.setObject(11, document.pages(), Types.INTEGER);
            statement.setString(12, json.writeValueAsString(document.metadata()));
            statement.setString(13, json.writeValueAsString(document.headings()));
            statement.setString(14, json.writeValueAsString(document.tables()));
            statement.setString(15, json.writeValueAsString(document.figures()));
            statement.setString(16, json.writeValueAsString(document.quality()));
            statement.setInt(17, document.chunks().size());
        });
    }

    private void insertChunks(List<Row> rows) {
        List<ChunkRow> chunks = rows.stream()
                .flatMap(
                        row -> IntStream.range(0, row.made().document().chunks().size())
                                .mapToObj(position -> new ChunkRow(TimeOrderedUuid.next(), row, position)))
                .toList();
        template.batchUpdate("""
                insert into chunk (id, result_id, workspace, index, text, start_at, end_at, page_first, page_last,
                                   headings, kind, context, tokens, sha256, embedding)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, chunks, CHUNK_ROWS, (statement, chunk) -> {
            Made made = chunk.result().made();
            statement.setObject(1, chunk.id());
            statement.setObject(2, chunk.result().id());
            statement.setString(3, made.claim().workspace().name());
            set(statement, made.document().chunks().get(chunk.position()));
            statement.setBytes(15, Vectors.encode(made.document().vectors().get(chunk.position())));
        });
        index.insert(chunks.stream()
                .map(chunk -> VectorIndex.row(chunk.id(), chunk.result().made().document(), chunk.position()))
                .toList());
    }

    private static void set(PreparedStatement statement, Chunk chunk) throws SQLException {
        statement.setInt(4, chunk.index());
        statement.setString(5, chunk.text());
        statement.setInt(6, chunk.start());
        statement.setInt(7, chunk.end());
        statement.setObject(8, chunk.pages() == null ? null : chunk.pages().first(), Types.INTEGER);
        statement.setObject(9, chunk.pages() == null ? null : chunk.pages().last(), Types.INTEGER);
        statement.setArray(
                10,
                statement.getConnection().createArrayOf("text", chunk.headings().toArray()));
        statement.setString(11, chunk.kind().name());
        statement.setString(12, chunk.context());
        statement.setInt(13, chunk.tokens());
        statement.setString(14, chunk.sha256());
    }
}
