package io.mivaa.batch.results;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.StoredResults.StoredChunk;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** The chunks that search sees: those of the current result of each document of a workspace. Thread-safe. */
@Repository
class Corpus {

    private static final int FETCH = 500;

    private final NamedParameterJdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate scanning;
    private final VectorIndexes index;

    Corpus(JdbcTemplate template, VectorIndexes index) {
        this.index = index;
        this.jdbc = new NamedParameterJdbcTemplate(template);
        this.scanning = new NamedParameterJdbcTemplate(new BinaryScan(template));
    }

    /** What a hit is shown with. */
    record Found(UUID documentId, UUID jobId, String filename, StoredChunk chunk) {}

    /** Whose vectors there are, in no order. */
    Set<Documents.Model> models(Workspace workspace, Query.Filter filter) {
        Scope scope = Scope.ofDocuments(workspace, filter);
        return new HashSet<>(jdbc.query(
                "select distinct r.provider, r.model, r.dimensions " + scope.sql(),
                scope.parameters(),
                (row, n) -> new Documents.Model(
                        row.getString("provider"), row.getString("model"), row.getInt("dimensions"))));
    }

    /**
     * The nearest chunks by cosine: by the index where there is one, else by looking at all of them. Vectors are
     * streamed, which takes a transaction.
     *
     * @param vector of unit length, made by the model
     */
    List<Hit> nearest(Workspace workspace, Query.Filter filter, Documents.Model model, float[] vector, int limit) {
        Scope scope = Scope.ofChunks(workspace, filter, model);
        BestHits best = new BestHits(limit);
        if (index.serves(model)) {
            similarities(index.nearest(scope, model, vector, limit), vector)
                    .forEach((key, score) -> best.add(new Hit(key, score)));
            return best.bestFirst();
        }
        scanning.query("select d.id, c.id, c.embedding " + scope.sql(), scope.parameters(), (RowCallbackHandler)
                row -> score(row, vector, best));
        return best.bestFirst();
    }

    private static void score(ResultSet row, float[] vector, BestHits best) throws SQLException {
        double score = Vectors.dot(vector, row.getBytes(3));
        if (best.mayHold(score)) {
            best.add(new Hit(new Hit.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class)), score));
        }
    }

    /** Of chunks that were found in this transaction, and whose vectors are of the query's model. */
    Map<Hit.Key, Double> similarities(Collection<Hit.Key> keys, float[] vector) {
        Map<Hit.Key, Double> similarities = new HashMap<>();
        jdbc.query("""
                select hit.document, c.id, c.embedding
                  from unnest(:documents::uuid[], :chunks::uuid[]) as hit (document, chunk)
                  join chunk c on c.id = hit.chunk
                """, parameters(keys), (RowCallbackHandler) row ->
                similarities.put(new Hit.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class)), (double)
                        Vectors.dot(vector, row.getBytes(3))));
        return similarities;
    }

    /** Of each of the chunks the one before and the one after it in its text, as far as there are any. */
    Map<Hit.Key, List<Hit.Key>> beside(Collection<Hit.Key> keys) {
        Map<Hit.Key, List<Hit.Key>> beside = new HashMap<>();
        keys.forEach(key -> beside.put(key, new ArrayList<>()));
        jdbc.query("""
                select hit.document, hit.chunk, n.id
                  from unnest(:documents::uuid[], :chunks::uuid[]) as hit (document, chunk)
                  join chunk c on c.id = hit.chunk
                  join chunk n on n.result_id = c.result_id and n.index in (c.index - 1, c.index + 1)
                """, parameters(keys), (RowCallbackHandler) row -> {
            UUID document = row.getObject(1, UUID.class);
            beside.computeIfAbsent(new Hit.Key(document, row.getObject(2, UUID.class)), any -> new ArrayList<>())
                    .add(new Hit.Key(document, row.getObject(3, UUID.class)));
        });
        return beside;
    }

    private static MapSqlParameterSource parameters(Collection<Hit.Key> keys) {
        return new MapSqlParameterSource(
                        "documents", keys.stream().map(Hit.Key::document).toArray(UUID[]::new))
                .addValue("chunks", keys.stream().map(Hit.Key::chunk).toArray(UUID[]::new));
    }

    /** Everything that is shown of the hits, without vectors. A hit that has vanished is left out. */
    Map<Hit.Key, Found> load(Workspace workspace, Collection<Hit.Key> keys) {
        Map<Hit.Key, Found> found = new LinkedHashMap<>();
        jdbc.query("""
                select d.id as document_id, d.job_id, j.filename, c.id, c.index, c.text, c.start_at, c.end_at,
                       c.page_first, c.page_last, c.headings, c.kind, c.tokens, c.sha256, null::bytea as embedding
                  from unnest(:documents::uuid[], :chunks::uuid[]) as hit (document, chunk)
                  join document d on d.id = hit.document and d.workspace = :workspace
                  join job j on j.id = d.job_id
                  join chunk c on c.id = hit.chunk and c.result_id = d.result_id
                """, parameters(keys).addValue("workspace", workspace.name()), (RowCallbackHandler) row -> {
            Found each = new Found(
                    row.getObject("document_id", UUID.class),
                    row.getObject("job_id", UUID.class),
                    row.getString("filename"),
                    StoredResults.chunk(row, 0));
            found.put(new Hit.Key(each.documentId(), each.chunk().id()), each);
        });
        return found;
    }

    /** Does not read the whole answer at once, and takes vectors as bytes instead of hexadecimal digits. */
    private static final class BinaryScan extends JdbcTemplate {

        /** To the driver of PostgreSQL: from the first execution on, and in binary. */
        private static final int AT_ONCE = -1;

        BinaryScan(JdbcTemplate template) {
            super(Objects.requireNonNull(template.getDataSource()));
            setFetchSize(FETCH);
        }

        @Override
        protected void applyStatementSettings(Statement statement) throws SQLException {
            super.applyStatementSettings(statement);
            statement.unwrap(PGStatement.class).setPrepareThreshold(AT_ONCE);
        }
    }
}
