package io.mivaa.batch.results.vectors;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The statements on table chunk_vector, shared by writing, indexing, searching and the check at startup. */
public final class VectorSql {

    static final String INSERT =
            "insert into chunk_vector (chunk_id, provider, model, embedding) values (?, ?, ?, ?::vector)"
                    + " on conflict do nothing";

    /** Sets how many candidates the index visits for the statements of this transaction; takes {@code :breadth}. */
    public static final String SET_BREADTH = "select set_config('hnsw.ef_search', :breadth, true),"
            + " set_config('hnsw.iterative_scan', 'relaxed_order', true)";

    /** How many candidates the index visits at least: more finds more of the true nearest, and takes longer. */
    public static final int BREADTH = 200;

    /** The advisory lock under which the table is created and indexes are built. */
    static final long LOCK = 0x6d69766161766563L;

    private VectorSql() {}

    static void bind(PreparedStatement insert, ChunkVector row) throws SQLException {
        insert.setObject(1, row.chunk());
        insert.setString(2, row.provider());
        insert.setString(3, row.model());
        insert.setString(4, text(row.vector()));
    }

    /** @param name of the new index, after any option of {@code create index} */
    static String createIndex(String name, String table, VectorModel model) {
        return "create index %s on %s using hnsw ((embedding::vector(%d)) vector_cosine_ops) where provider = %s and model = %s"
                .formatted(name, table, model.dimensions(), literal(model.provider()), literal(model.model()));
    }

    /**
     * The condition for the rows {@code v} of a model. It has literals, because the planner uses the index of a model
     * only if it can see that the condition implies the one of the index.
     */
    public static String isOf(VectorModel model) {
        return "v.provider = %s and v.model = %s".formatted(literal(model.provider()), literal(model.model()));
    }

    /** @param vector an expression for the query's vector */
    public static String nearestFirst(VectorModel model, String vector) {
        return " order by (v.embedding::vector(%1$d)) <=> %2$s::vector(%1$d)".formatted(model.dimensions(), vector);
    }

    /** A vector in the form that pgvector reads. */
    public static String text(float[] vector) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < vector.length; i++) {
            text.append(i == 0 ? "" : ",").append(vector[i]);
        }
        return text.append(']').toString();
    }

    static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
