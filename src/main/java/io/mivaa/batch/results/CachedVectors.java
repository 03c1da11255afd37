package io.mivaa.batch.results;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
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

/** The table embedding_cache. Thread-safe. */
@Repository
public class CachedVectors {

    private final JdbcClient jdbc;
    private final JdbcTemplate template;

    CachedVectors(JdbcClient jdbc, JdbcTemplate template) {
        this.jdbc = jdbc;
        this.template = template;
    }

    /** @param stale when it was not used today before */
    record Cached(float[] vector, boolean stale) {}

    /** Those of the keys that are there. */
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
     * Adds what is not there, and notes what was used. It need not be on disk when this returns: what a crash takes
     * along is embedded again.
     */
    @Transactional
    public void keep(EmbeddingModel model, Map<String, float[]> vectors, Collection<String> used) {
        jdbc.sql("set local synchronous_commit = off").update();
        // Rows of several transactions in one order, so that none waits for another in a ring.
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
        if (!rows.isEmpty()) {
            template.batchUpdate("""
                    insert into embedding_cache (provider, model, dimensions, sha256, embedding)
                    values (?, ?, ?, ?, ?) on conflict do nothing
                    """, rows);
        }
        if (!used.isEmpty()) {
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
    }

    /** Removes at most so many that were not used for longer than {@code age}; whole days count. */
    public int removeUnused(Duration age, int max) {
        return jdbc.sql("""
                        delete from embedding_cache where ctid = any(array(
                            select ctid from embedding_cache
                             where used_on < (now() - :age * interval '1 millisecond')::date
                             limit :max for update skip locked))
                        """).param("age", age.toMillis()).param("max", max).update();
    }

    /** Removes at most {@code max} of those beyond so many, the longest unused first. */
    public int removeBeyond(int entries, int max) {
        return jdbc.sql("""
                        delete from embedding_cache where ctid = any(array(
                            select ctid from embedding_cache order by used_on desc offset :entries limit :max))
                        """).param("entries", entries).param("max", max).update();
    }
}
