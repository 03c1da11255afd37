package io.mivaa.batch.results.embeddings;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.results.embeddings.CachedVectors.Cached;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Embeds only the texts of documents that are not in the cache. Queries bypass it: they seldom recur. Thread-safe. */
final class CachingEmbedder implements Embedder {

    private final Embedder embedder;
    private final CacheAccess cache;
    private final MeterRegistry meters;

    CachingEmbedder(Embedder embedder, CacheAccess cache, MeterRegistry meters) {
        this.embedder = embedder;
        this.cache = cache;
        this.meters = meters;
    }

    @Override
    public EmbeddingModel model() {
        return embedder.model();
    }

    @Override
    public String variant() {
        return embedder.variant();
    }

    @Override
    public int count(String text) {
        return embedder.count(text);
    }

    @Override
    public List<float[]> embedQueries(List<String> queries) {
        return embedder.embedQueries(queries);
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        List<String> keys = texts.stream().map(this::key).toList();
        Map<String, Cached> found = cache.find(model(), keys);
        Map<String, float[]> fresh = embedMissing(texts, keys, found);
        cache.keep(model(), fresh, stale(found));
        return keys.stream()
                .map(key -> found.containsKey(key)
                        ? Objects.requireNonNull(found.get(key)).vector()
                        : Objects.requireNonNull(fresh.get(key)))
                .toList();
    }

    private Map<String, float[]> embedMissing(List<String> texts, List<String> keys, Map<String, Cached> found) {
        List<Integer> missing = IntStream.range(0, keys.size())
                .filter(i -> !found.containsKey(keys.get(i)))
                .boxed()
                .toList();
        count("hit", texts.size() - missing.size());
        count("miss", missing.size());
        List<float[]> embedded = missing.isEmpty()
                ? List.of()
                : embedder.embed(missing.stream().map(texts::get).toList());
        Map<String, float[]> fresh = new HashMap<>();
        for (int i = 0; i < missing.size(); i++) {
            fresh.put(keys.get(missing.get(i)), embedded.get(i));
        }
        return fresh;
    }

    private String key(String text) {
        return Sha256.of(variant().isEmpty() ? text : variant() + "\0" + text);
    }

    private void count(String result, int texts) {
        meters.counter("mivaa.embedding.cache.lookups", "provider", model().provider(), "result", result)
                .increment(texts);
    }

    private static List<String> stale(Map<String, Cached> found) {
        return found.entrySet().stream()
                .filter(each -> each.getValue().stale())
                .map(Map.Entry::getKey)
                .toList();
    }
}
