package io.mivaa.batch.results.search;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.vectors.VectorIndexes;
import io.mivaa.batch.results.vectors.VectorModel;
import io.mivaa.batch.results.vectors.VectorSql;
import io.mivaa.batch.results.vectors.Vectors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Finds chunks by meaning: by pgvector's index if it serves the model, otherwise by a scan of all vectors in scope.
 * Both need a transaction: the settings of the index last as long as it, and a scan streams its rows. Thread-safe.
 */
@Repository
class NearestChunks {

    private static final int FETCH = 500;

    private final NamedParameterJdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate scanning;
    private final Corpus corpus;
    private final VectorIndexes indexes;

    NearestChunks(JdbcTemplate template, Corpus corpus, VectorIndexes indexes) {
        this.jdbc = new NamedParameterJdbcTemplate(template);
        this.scanning = new NamedParameterJdbcTemplate(new BinaryScan(template));
        this.corpus = corpus;
        this.indexes = indexes;
    }

    /**
     * The nearest chunks by cosine, best first. The index may miss some of them.
     *
     * @param vector of unit length, made by the model
     */
    List<Hit> find(Workspace workspace, Query.Filter filter, VectorModel model, float[] vector, int limit) {
        Scope scope = Scope.ofChunks(workspace, filter, model);
        BestHits best = new BestHits(limit);
        if (indexes.serves(model)) {
            corpus.similarities(byIndex(scope, model, vector, limit), vector)
                    .forEach((key, score) -> best.add(new Hit(key, score)));
        } else {
            scanning.query("select d.id, c.id, c.embedding " + scope.sql(), scope.parameters(), (RowCallbackHandler)
                    row -> score(row, vector, best));
        }
        return best.bestFirst();
    }

    private static void score(ResultSet row, float[] vector, BestHits best) throws SQLException {
        double score = Vectors.dot(vector, row.getBytes(3));
        if (best.mayHold(score)) {
            best.add(new Hit(key(row), score));
        }
    }

    private List<Hit.Key> byIndex(Scope scope, VectorModel model, float[] vector, int limit) {
        int breadth = Math.max(VectorSql.BREADTH, limit);
        jdbc.queryForList(VectorSql.SET_BREADTH, Map.of("breadth", Integer.toString(breadth)));
        MapSqlParameterSource parameters =
                scope.parameters().addValue("vector", VectorSql.text(vector)).addValue("limit", limit);
        return jdbc.query(
                "select d.id, c.id "
                        + scope.sql("join chunk_vector v on v.chunk_id = c.id and " + VectorSql.isOf(model))
                        + VectorSql.nearestFirst(model, ":vector")
                        + " limit :limit",
                parameters,
                (row, n) -> key(row));
    }

    private static Hit.Key key(ResultSet row) throws SQLException {
        return new Hit.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
    }

    /** Fetches rows in portions, and vectors as bytes instead of hexadecimal digits. */
    private static final class BinaryScan extends JdbcTemplate {

        /** Makes PostgreSQL's driver use binary results from the first execution on. */
        private static final int BINARY_AT_ONCE = -1;

        BinaryScan(JdbcTemplate template) {
            super(Objects.requireNonNull(template.getDataSource()));
            setFetchSize(FETCH);
        }

        @Override
        protected void applyStatementSettings(Statement statement) throws SQLException {
            super.applyStatementSettings(statement);
            statement.unwrap(PGStatement.class).setPrepareThreshold(BINARY_AT_ONCE);
        }
    }
}
