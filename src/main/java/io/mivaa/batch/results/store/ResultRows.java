package io.mivaa.batch.results.store;

import io.mivaa.batch.job.TimeOrderedUuid;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.vectors.ChunkVector;
import io.mivaa.batch.results.vectors.VectorTable;
import io.mivaa.batch.results.vectors.Vectors;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Inserts results with their chunks and vectors. Thread-safe. */
@Repository
class ResultRows {

    /** Rows per round trip: about 3 MB at 3,072 dimensions. */
    private static final int BATCH = 200;

    private final JdbcTemplate template;
    private final JsonMapper json;
    private final VectorTable vectors;

    ResultRows(JdbcTemplate template, JsonMapper json, VectorTable vectors) {
        this.template = template;
        this.json = json;
        this.vectors = vectors;
    }

    private record Row(UUID id, NewResult made) {

        RagDocument document() {
            return made.document();
        }
    }

    private record ChunkRow(UUID id, Row result, int position) {

        Chunk chunk() {
            return result.document().chunks().get(position);
        }

        float[] vector() {
            return result.document().vectors().get(position);
        }
    }

    /**
     * Inserts in the caller's transaction.
     *
     * @return the ids of the new rows, in the order of {@code made}
     */
    List<UUID> insert(List<NewResult> made) {
        List<Row> rows =
                made.stream().map(one -> new Row(TimeOrderedUuid.next(), one)).toList();
        insertResults(rows);
        insertChunks(rows.stream().flatMap(row -> chunks(row).stream()).toList());
        return rows.stream().map(Row::id).toList();
    }

    private static List<ChunkRow> chunks(Row row) {
        return IntStream.range(0, row.document().chunks().size())
                .mapToObj(position -> new ChunkRow(TimeOrderedUuid.next(), row, position))
                .toList();
    }

    private void insertResults(List<Row> rows) {
        template.batchUpdate("""
                insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title, language,
                                    text, pages, metadata, headings, tables, figures, quality, chunks,
                                    blocks)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?::jsonb)
                """, rows, BATCH, this::bind);
    }

    private void bind(PreparedStatement insert, Row row) throws SQLException {
        RagDocument document = row.document();
        insert.setObject(1, row.id());
        insert.setString(2, row.made().claim().workspace().name());
        insert.setString(3, row.made().claim().sha256());
        insert.setString(4, row.made().fingerprint());
        insert.setString(5, document.model().provider());
        insert.setString(6, document.model().name());
        insert.setInt(7, document.model().dimensions());
        insert.setString(8, document.title());
        insert.setString(9, document.language());
        insert.setString(10, document.text());
        insert.setObject(11, document.pages(), Types.INTEGER);
        insert.setString(12, json.writeValueAsString(document.metadata()));
        insert.setString(13, json.writeValueAsString(document.headings()));
        insert.setString(14, json.writeValueAsString(document.tables()));
        insert.setString(15, json.writeValueAsString(document.figures()));
        insert.setString(16, json.writeValueAsString(document.quality()));
        insert.setInt(17, document.chunks().size());
        insert.setString(18, json.writeValueAsString(storedBlocks(document)));
    }

    private static List<StoredBlock> storedBlocks(RagDocument document) {
        return document.blocks().stream().map(StoredBlock::of).toList();
    }

    private void insertChunks(List<ChunkRow> rows) {
        template.batchUpdate("""
                insert into chunk (id, result_id, workspace, index, text, start_at, end_at, page_first, page_last,
                                   headings, kind, context, tokens, sha256, embedding)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, rows, BATCH, ResultRows::bind);
        vectors.insert(rows.stream()
                .map(row -> ChunkVector.of(row.id(), row.result().document().model(), row.vector()))
                .toList());
    }

    private static void bind(PreparedStatement insert, ChunkRow row) throws SQLException {
        Chunk chunk = row.chunk();
        PageRange pages = chunk.pages();
        insert.setObject(1, row.id());
        insert.setObject(2, row.result().id());
        insert.setString(3, row.result().made().claim().workspace().name());
        insert.setInt(4, chunk.index());
        insert.setString(5, chunk.text());
        insert.setInt(6, chunk.start());
        insert.setInt(7, chunk.end());
        insert.setObject(8, pages == null ? null : pages.first(), Types.INTEGER);
        insert.setObject(9, pages == null ? null : pages.last(), Types.INTEGER);
        insert.setArray(10, headings(insert, chunk));
        insert.setString(11, chunk.kind().name());
        insert.setString(12, chunk.context());
        insert.setInt(13, chunk.tokens());
        insert.setString(14, chunk.sha256());
        insert.setBytes(15, Vectors.encode(row.vector()));
    }

    private static Array headings(PreparedStatement insert, Chunk chunk) throws SQLException {
        return insert.getConnection().createArrayOf("text", chunk.headings().toArray());
    }
}
