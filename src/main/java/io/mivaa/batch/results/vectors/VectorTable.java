package io.mivaa.batch.results.vectors;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes vectors a second time, to the table that pgvector searches. Does nothing without pgvector. Thread-safe. */
@Repository
public class VectorTable {

    private static final int ROWS = 500;

    private final JdbcTemplate template;
    private final Pgvector pgvector;

    public VectorTable(JdbcTemplate template, Pgvector pgvector) {
        this.template = template;
        this.pgvector = pgvector;
    }

    /** Writes in the caller's transaction, which wrote the chunks. Deleting a chunk deletes its row here. */
    public void insert(List<ChunkVector> rows) {
        if (pgvector.isUsable()) {
            template.batchUpdate(VectorSql.INSERT, rows, ROWS, VectorSql::bind);
        }
    }

    /** Copies the vectors of some chunks that have none here, and returns how many: 0 when no chunk is missing. */
    int copyMissing() {
        List<ChunkVector> rows = template.query("""
                select c.id, r.provider, r.model, c.embedding from chunk c join result r on r.id = c.result_id
                 where not exists (select from chunk_vector v where v.chunk_id = c.id)
                 limit %d
                """.formatted(ROWS), (row, n) -> stored(row));
        insert(rows);
        return rows.size();
    }

    private static ChunkVector stored(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes(4);
        float[] vector = new float[bytes.length / Float.BYTES];
        Objects.requireNonNull(Vectors.decode(bytes)).get(vector);
        return new ChunkVector(row.getObject(1, UUID.class), row.getString(2), row.getString(3), vector);
    }
}
