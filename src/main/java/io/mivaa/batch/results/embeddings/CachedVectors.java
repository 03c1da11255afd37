package io.mivaa.batch.results.embeddings;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.results.vectors.Vectors;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Reads and writes table embedding_cache. Thread-safe. */
@Repository
public class CachedVectors {

    private final JdbcClient jdbc;
    private final JdbcTemplate template;

    CachedVectors(JdbcClient jdbc, JdbcTemplate template) {
        this.jdbc = jdbc;
        this.template = template;
    }

    /** @param stale whether this is its first use today */
    record Cached(float[] vector, boolean stale) {}

    /** The vectors of the keys that are stored. */
    Map<String, Cached> find(EmbeddingModel model, Collection<String> keys) {
        Map<String, Cached> found = new HashMap<>();
        jdbc.sql("""
                        select sha256, embedding, used_on < current_date as stale from embedding_cache
                         where (provider, model, dimensions) = (:provider, :model, :dimensions) and sha256 = any(:keys)
                        """)
                .param("provider", model.provider())
                .param("model", model.name())
                .param("dimensions", model.dimensions())
                .param("keys", keys.toArray(String[]::new))
                .query(row -> {
                    byte[] bytes = row.getBytes("embedding");
                    if (bytes.length == model.dimensions() * Float.BYTES) {
                        float[] vector = new float[model.dimensions()];
                        Objects.requireNonNull(Vectors.decode(bytes)).get(vector);
                        found.put(row.getString("sha256"), new Cached(vector, row.getBoolean("stale")));
                    }
                });
        return found;
    }

    /**
     * Adds vectors that are missing, and marks keys as used today. The commit is asynchronous: rows that a crash loses
     * are embedded again.
     */
    @Transactional
    public void keep(EmbeddingModel model, Map<String, float[]> vectors, Collection<String> used) {
        jdbc.sql("set local synchronous_commit = off").update();
        if (!vectors.isEmpty()) {
            insert(model, vectors);
        }
        if (!used.isEmpty()) {
            markUsed(model, used);
        }
    }

    private void insert(EmbeddingModel model, Map<String, float[]> vectors) {
        // All transactions insert rows in the same order, so that they cannot deadlock.
        List<Object[]> rows = new TreeMap<>(vectors)
                .entrySet().stream()
                        .map(each -> new Object[] {
                            model.provider(),
                            model.name(),
                            model.dimensions(),
                            each.getKey(),
                            Vectors.encode(each.getValue())
                        })
                        .toList();
        template.batchUpdate("""
                insert into embedding_cache (provider, model, dimensions, sha256, embedding)
                values (?, ?, ?, ?, ?) on conflict do nothing
                """, rows);
    }

    private void markUsed(EmbeddingModel model, Collection<String> used) {
        jdbc.sql("""
                        with stale as (
                            select ctid from embedding_cache
                             where (provider, model, dimensions) = (:provider, :model, :dimensions)
                               and sha256 = any(:keys) and used_on < current_date
                               for update skip locked)
                        update embedding_cache c set used_on = current_date from stale where c.ctid = stale.ctid
                        """)
                .param("provider", model.provider())
                .param("model", model.name())
                .param("dimensions", model.dimensions())
                .param("keys", used.toArray(String[]::new))
                .update();
    }

    /** Removes at most {@code max} vectors that were last used longer ago than {@code age}, in whole days. */
    int removeUnused(Duration age, int max) {
        return jdbc.sql("""
                        delete from embedding_cache where ctid = any(array(
                            select ctid from embedding_cache
                             where used_on < (now() - :age * interval '1 millisecond')::date
                             limit :max for update skip locked))
                        """).param("age", age.toMillis()).param("max", max).update();
    }

    /** Keeps the {@code entries} most recently used vectors, and removes at most {@code max} of the others. */
    public int removeBeyond(int entries, int max) {
        return jdbc.sql("""
                        delete from embedding_cache where ctid = any(array(
                            select ctid from embedding_cache order by used_on desc offset :entries limit :max))
                        """).param("entries", entries).param("max", max).update();
    }
}
