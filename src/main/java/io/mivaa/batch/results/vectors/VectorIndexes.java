package io.mivaa.batch.results.vectors;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/**
 * Builds an HNSW index for each model on the vectors of {@link VectorTable}, and reports which models it serves. A
 * model is served only when every chunk has its vector in that table and the index is complete; until then, and
 * without pgvector, search scans all vectors. Thread-safe.
 *
 * <p>Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small
 * World graphs, 2016.
 */
@Repository
public class VectorIndexes {

    /** pgvector cannot index wider vectors. */
    private static final int MAX_DIMENSIONS = 2000;

    private final JdbcTemplate template;
    private final Pgvector pgvector;
    private final VectorTable table;
    private final Set<VectorModel> indexed = ConcurrentHashMap.newKeySet();
    private volatile boolean complete;

    public VectorIndexes(JdbcTemplate template, Pgvector pgvector, VectorTable table) {
        this.template = template;
        this.pgvector = pgvector;
        this.table = table;
    }

    /** Whether the vectors of this model can be searched by index. */
    public boolean serves(VectorModel model) {
        return complete && indexed.contains(model);
    }

    /** Copies the vectors of older chunks to the table, and builds an index for each new model. */
    @Scheduled(fixedDelay = 60_000)
    public void catchUp() {
        if (!pgvector.isUsable()) {
            return;
        }
        while (!complete) {
            complete = table.copyMissing() == 0;
        }
        for (VectorModel model : models()) {
            if (model.dimensions() <= MAX_DIMENSIONS && !indexed.contains(model) && index(model)) {
                indexed.add(model);
            }
        }
    }

    private List<VectorModel> models() {
        return template.query(
                "select distinct provider, model, dimensions from result",
                (row, n) -> new VectorModel(row.getString(1), row.getString(2), row.getInt(3)));
    }

    /** @return false when another process is building an index */
    private boolean index(VectorModel model) {
        return Boolean.TRUE.equals(template.execute((ConnectionCallback<Boolean>) connection -> {
            try (Statement statement = connection.createStatement()) {
                // Not a blocking lock: a waiting statement holds a snapshot, and building the index waits for those.
                if (!VectorSql.isTrue(statement, "select pg_try_advisory_lock(" + VectorSql.LOCK + ")")) {
                    return false;
                }
                try {
                    build(statement, model);
                    return true;
                } finally {
                    statement.execute("select pg_advisory_unlock(" + VectorSql.LOCK + ")");
                }
            }
        }));
    }

    private static void build(Statement statement, VectorModel model) throws SQLException {
        String name = "chunk_vector_" + Integer.toHexString(model.id().hashCode()) + "_" + model.dimensions();
        String found = "from pg_index where indexrelid = to_regclass('" + name + "')";
        if (VectorSql.isTrue(statement, "select exists (select " + found + " and indisvalid)")) {
            return;
        }
        // An invalid index is what a process that was killed has left.
        statement.execute("drop index if exists " + name);
        statement.execute(VectorSql.createIndex("concurrently " + name, "chunk_vector", model));
    }
}
