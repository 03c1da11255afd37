package io.mivaa.batch.results;

import io.mivaa.batch.results.Corpus.Found;
import io.mivaa.batch.results.QueryEmbedding.Embedded;
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

/**
 * Finds the chunks that answer a query, by meaning, by words, or both. No connection is held while the query is
 * embedded; the rest sees one snapshot. Thread-safe.
 */
@Component
class Search {

    /** Of each ranking so many chunks are fused at least: one far down in both can still be among the best few. */
    private static final int DEPTH = 50;

    private final Corpus corpus;
    private final Keywords keywords;
    private final QueryEmbedding embedding;
    private final TransactionTemplate snapshot;
    private final Scans scans;

    Search(
            Corpus corpus,
            Keywords keywords,
            QueryEmbedding embedding,
            PlatformTransactionManager transactions,
            Scans scans) {
        this.corpus = corpus;
        this.keywords = keywords;
        this.embedding = embedding;
        this.scans = scans;
        this.snapshot = new TransactionTemplate(transactions);
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** @param model {@code provider/name} of the vectors that were searched, null when none were */
    record Answer(List<Item> items, @Nullable String model) {}

    /** @param highlights where words of the query stand in the chunk's text */
    record Item(double score, Found found, List<Highlights.Span> highlights) {}

    /** @throws io.mivaa.batch.http.Problem when it is not clear which model to embed the query with; 503 when busy */
    Answer search(Query query) {
        Set<Documents.Model> models =
                QueryEmbedding.chosen(query.model(), corpus.models(query.workspace(), query.filter()));
        if (models.isEmpty()) {
            return new Answer(List.of(), null);
        }
        Embedded embedded = query.mode() == Query.Mode.KEYWORD ? null : embedding.embed(query.text(), models);
        Documents.Model model = embedded != null ? embedded.model() : null;
        Supplier<List<Item>> looking =
                () -> Objects.requireNonNull(snapshot.execute(status -> items(query, models, embedded)));
        // Words have an index; meaning looks at every vector.
        List<Item> items = embedded == null ? looking.get() : scans.run(looking);
        return new Answer(items, model == null ? null : QueryEmbedding.name(model));
    }

    private List<Item> items(Query query, Set<Documents.Model> models, @Nullable Embedded embedded) {
        List<Hit> hits = hits(query, models, embedded);
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

    private List<Hit> hits(Query query, Set<Documents.Model> models, @Nullable Embedded embedded) {
        // A model that was named restricts the words too.
        Documents.Model model = embedded != null
                ? embedded.model()
                : query.model() == null ? null : models.iterator().next();
        if (embedded == null) {
            return keywords.find(query.workspace(), query.filter(), model, query.text(), query.topK())
                    .best();
        }
        if (query.mode() == Query.Mode.VECTOR) {
            return corpus.nearest(query.workspace(), query.filter(), embedded.model(), embedded.vector(), query.topK());
        }
        return fused(query, embedded, model);
    }

    /** Whatever is among the best of one ranking, or beside it, is given its score in the other. */
    private List<Hit> fused(Query query, Embedded embedded, Documents.@Nullable Model model) {
        int depth = Math.max(DEPTH, query.topK());
        Keywords.Found words = keywords.find(query.workspace(), query.filter(), model, query.text(), depth);
        Map<Hit.Key, Double> byMeaning = new HashMap<>();
        corpus.nearest(query.workspace(), query.filter(), embedded.model(), embedded.vector(), depth)
                .forEach(hit -> byMeaning.put(hit.key(), hit.score()));
        complete(byMeaning, words.best().stream().map(Hit::key), embedded.vector());
        Map<Hit.Key, List<Hit.Key>> beside = corpus.beside(byMeaning.keySet());
        complete(byMeaning, beside.values().stream().flatMap(List::stream), embedded.vector());
        Map<Hit.Key, Double> byWords = new HashMap<>();
        byMeaning.keySet().forEach(key -> byWords.put(key, words.scores().getOrDefault(key, 0.0)));
        return Fusion.fuse(byMeaning, byWords, beside, query.topK());
    }

    private void complete(Map<Hit.Key, Double> byMeaning, Stream<Hit.Key> keys, float[] vector) {
        byMeaning.putAll(corpus.similarities(
                keys.filter(key -> !byMeaning.containsKey(key)).collect(Collectors.toSet()), vector));
    }
}
