package io.mivaa.batch.results.search;

import io.mivaa.batch.results.search.QueryEmbedding.Embedded;
import io.mivaa.batch.results.search.SnapshotSearch.Item;
import io.mivaa.batch.results.vectors.VectorModel;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds the chunks that answer a query, by meaning, by words, or both. Holds no connection while the query is embedded.
 * Thread-safe.
 */
@Component
class Search {

    private final Corpus corpus;
    private final QueryEmbedding embedding;
    private final SnapshotSearch snapshot;
    private final Scans scans;

    Search(Corpus corpus, QueryEmbedding embedding, SnapshotSearch snapshot, Scans scans) {
        this.corpus = corpus;
        this.embedding = embedding;
        this.snapshot = snapshot;
        this.scans = scans;
    }

    /** @param model {@code provider/name} of the vectors that were searched, null when none were */
    record Outcome(List<Item> items, @Nullable String model) {}

    /**
     * @throws io.mivaa.batch.http.Problem 422 when it is ambiguous which model must embed the query, or that model is
     *     not available; 503 when too many searches run or the model does not respond
     */
    Outcome search(Query query) {
        Set<VectorModel> models =
                QueryEmbedding.chosen(query.model(), corpus.models(query.workspace(), query.filter()));
        if (models.isEmpty()) {
            return new Outcome(List.of(), null);
        }
        // Words have an index and need no limit. Meaning may scan every vector.
        if (query.mode() == Query.Mode.KEYWORD) {
            VectorModel chosen =
                    query.model() == null ? null : models.iterator().next();
            return new Outcome(snapshot.byWords(query, chosen), null);
        }
        Embedded embedded = embedding.embed(query.text(), models);
        return new Outcome(
                scans.run(() -> snapshot.byMeaning(query, embedded)),
                embedded.model().id());
    }
}
