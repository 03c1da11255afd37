package io.mivaa.batch.results.search;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.results.vectors.VectorModel;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Embeds a query with the model of the vectors it is compared to, never with another. Thread-safe. */
@Component
class QueryEmbedding {

    private final ObjectProvider<Embedder> embedders;

    QueryEmbedding(ObjectProvider<Embedder> embedders) {
        this.embedders = embedders;
    }

    /** @param vector of unit length */
    record Embedded(VectorModel model, float[] vector) {}

    /**
     * The models whose vectors to search.
     *
     * @param named {@code provider/name}, null for all that are present
     * @throws Problem 422 {@code model-mismatch} when vectors exist, but none of the named model
     */
    static Set<VectorModel> chosen(@Nullable String named, Set<VectorModel> present) {
        if (named == null || present.isEmpty()) {
            return present;
        }
        Set<VectorModel> chosen =
                present.stream().filter(model -> model.id().equals(named)).collect(Collectors.toSet());
        if (chosen.isEmpty()) {
            throw mismatch("There are no vectors of the requested model, only of " + names(present) + ".");
        }
        return chosen;
    }

    /**
     * @param models the models of the vectors to search, at least one
     * @throws Problem 422 {@code model-ambiguous} for several models, {@code model-mismatch} when the model is not
     *     available on this instance; 503 when it does not respond
     */
    Embedded embed(String text, Set<VectorModel> models) {
        Set<String> names = names(models);
        if (names.size() > 1) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "model-ambiguous",
                    "There are vectors of several models. Choose one of them in 'model': " + names + ".");
        }
        String name = names.iterator().next();
        Embedder embedder = find(name)
                .orElseThrow(() ->
                        mismatch("The vectors were made by the model " + name + ", which is not available here."));
        VectorModel model = models.stream()
                .filter(each -> each.dimensions() == embedder.model().dimensions())
                .findAny()
                .orElseThrow(() -> mismatch(
                        "The model " + name + " now returns vectors of other dimensions than the stored ones."));
        return new Embedded(model, vector(text, embedder));
    }

    private static Set<String> names(Collection<VectorModel> models) {
        return models.stream().map(VectorModel::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<Embedder> find(String name) {
        return embedders.stream()
                .filter(embedder -> embedder.model().id().equals(name))
                .findFirst();
    }

    private static float[] vector(String text, Embedder embedder) {
        try {
            return embedder.embedQueries(List.of(text)).get(0);
        } catch (TransientFailure e) {
            long seconds =
                    e.retryAfter() == null ? 2 : Math.max(1, e.retryAfter().toSeconds());
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            e.code(),
                            "The embedding model does not respond at the moment.")
                    .retryAfter(seconds);
        } catch (Rejected e) {
            throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, e.code(), "The embedding model rejected the query.");
        }
    }

    private static Problem mismatch(String detail) {
        return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "model-mismatch", detail);
    }
}
