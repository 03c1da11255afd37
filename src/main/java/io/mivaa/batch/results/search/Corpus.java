package io.mivaa.batch.results.search;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.reading.StoredResults;
import io.mivaa.batch.results.reading.StoredResults.StoredChunk;
import io.mivaa.batch.results.vectors.VectorModel;
import io.mivaa.batch.results.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** The chunks that search sees: those of the current result of each document of a workspace. Thread-safe. */
@Repository
class Corpus {

    private final NamedParameterJdbcTemplate jdbc;

    Corpus(JdbcTemplate template) {
        this.jdbc = new NamedParameterJdbcTemplate(template);
    }

    /** What a client sees of a hit. */
    record Found(UUID documentId, UUID jobId, String filename, StoredChunk chunk) {}

    /** The models of the vectors in scope, in no order. */
    Set<VectorModel> models(Workspace workspace, Query.Filter filter) {
        Scope scope = Scope.ofDocuments(workspace, filter);
        return new HashSet<>(jdbc.query(
                "select distinct r.provider, r.model, r.dimensions " + scope.sql(),
                scope.parameters(),
                (row, n) ->
                        new VectorModel(row.getString("provider"), row.getString("model"), row.getInt("dimensions"))));
    }

    /**
     * The cosine of each chunk and a query.
     *
     * @param keys of chunks found in this transaction, with vectors of the query's model
     */
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

    /** For each chunk, the chunks before and after it in its text, if they exist. */
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

    /** Loads the hits without their vectors. Leaves out a hit that no longer exists. */
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
}
