package io.mivaa.batch.results.search;

import io.mivaa.batch.results.search.Corpus.Found;
import io.mivaa.batch.results.search.QueryEmbedding.Embedded;
import io.mivaa.batch.results.vectors.VectorModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs all statements of one search on one snapshot of the database. Thread-safe. */
@Component
class SnapshotSearch {

    /** How many chunks of each ranking are fused at least: a chunk far down in both can still be among the best few. */
    private static final int DEPTH = 50;

    private final Corpus corpus;
    private final NearestChunks nearest;
    private final Keywords keywords;
    private final TransactionTemplate snapshot;

    SnapshotSearch(Corpus corpus, NearestChunks nearest, Keywords keywords, PlatformTransactionManager transactions) {
        this.corpus = corpus;
        this.nearest = nearest;
        this.keywords = keywords;
        this.snapshot = new TransactionTemplate(transactions);
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** @param highlights where the chunk's text contains words of the query */
    record Item(double score, Found found, List<Highlights.Span> highlights) {}

    /** @param model searches only chunks of this model; null for all chunks */
    List<Item> byWords(Query query, @Nullable VectorModel model) {
        return inSnapshot(
                () -> items(query, wordHits(query, model, query.topK()).best()));
    }

    /** By meaning alone or by both, as the query's mode says. */
    List<Item> byMeaning(Query query, Embedded embedded) {
        return inSnapshot(() -> items(
                query,
                query.mode() == Query.Mode.HYBRID
                        ? fused(query, embedded)
                        : nearestHits(query, embedded, query.topK())));
    }

    private List<Item> inSnapshot(Supplier<List<Item>> search) {
        return Objects.requireNonNull(snapshot.execute(status -> search.get()));
    }

    private Keywords.Found wordHits(Query query, @Nullable VectorModel model, int limit) {
        return keywords.find(query.workspace(), query.filter(), model, query.text(), limit);
    }

    private List<Hit> nearestHits(Query query, Embedded embedded, int limit) {
        return nearest.find(query.workspace(), query.filter(), embedded.model(), embedded.vector(), limit);
    }

    /** Every chunk among the best of one ranking, or beside such a chunk, also gets its score in the other ranking. */
    private List<Hit> fused(Query query, Embedded embedded) {
        int depth = Math.max(DEPTH, query.topK());
        Keywords.Found words = wordHits(query, embedded.model(), depth);
        Map<Hit.Key, Double> byMeaning = new HashMap<>();
        nearestHits(query, embedded, depth).forEach(hit -> byMeaning.put(hit.key(), hit.score()));
        addMissing(byMeaning, words.best().stream().map(Hit::key), embedded.vector());
        Map<Hit.Key, List<Hit.Key>> beside = corpus.beside(byMeaning.keySet());
        addMissing(byMeaning, beside.values().stream().flatMap(List::stream), embedded.vector());
        Map<Hit.Key, Double> byWords = new HashMap<>();
        byMeaning.keySet().forEach(key -> byWords.put(key, words.scores().getOrDefault(key, 0.0)));
        return Fusion.fuse(byMeaning, byWords, beside, query.topK());
    }

    private void addMissing(Map<Hit.Key, Double> byMeaning, Stream<Hit.Key> keys, float[] vector) {
        byMeaning.putAll(corpus.similarities(
                keys.filter(key -> !byMeaning.containsKey(key)).collect(Collectors.toSet()), vector));
    }

    private List<Item> items(Query query, List<Hit> hits) {
        Map<Hit.Key, Found> found =
                corpus.load(query.workspace(), hits.stream().map(Hit::key).toList());
        List<String> texts =
                found.values().stream().map(each -> each.chunk().text()).toList();
        Set<String> words = keywords.matching(query.text(), Highlights.candidates(texts));
        List<Item> items = new ArrayList<>();
        for (Hit hit : hits) {
            Found each = found.get(hit.key());
            if (each != null) {
                items.add(new Item(hit.score(), each, Highlights.in(each.chunk().text(), words)));
            }
        }
        return items;
    }
}
