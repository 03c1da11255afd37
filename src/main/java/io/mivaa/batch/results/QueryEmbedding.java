package io.mivaa.batch.results;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Embeds a query with the very model of the vectors it is compared to, never with another. Thread-safe. */
@Component
class QueryEmbedding {

    private final ObjectProvider<Embedder> embedders;

    QueryEmbedding(ObjectProvider<Embedder> embedders) {
        this.embedders = embedders;
    }

    /** @param vector of unit length */
    record Embedded(Documents.Model model, float[] vector) {}

    /**
     * The models to search.
     *
     * @param named {@code provider/name}, null for whichever there are
     * @throws Problem 422 {@code model-mismatch} when there are some, but not the named one
     */
    static Set<Documents.Model> chosen(@Nullable String named, Set<Documents.Model> present) {
        if (named == null || present.isEmpty()) {
            return present;
        }
        Set<Documents.Model> chosen =
                present.stream().filter(model -> name(model).equals(named)).collect(Collectors.toSet());
        if (chosen.isEmpty()) {
            throw mismatch("There are no vectors of the model asked for; there are some of " + names(present) + ".");
        }
        return chosen;
    }

    /**
     * @param models whose vectors there are, at least one
     * @throws Problem 422 {@code model-ambiguous} when there are several, {@code model-mismatch} when the model is not
     *     to be had here; 503 when it does not answer
     */
    Embedded embed(String text, Set<Documents.Model> models) {
        Set<String> names = names(models);
        if (names.size() > 1) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "model-ambiguous",
                    "There are vectors of several models; name one of them as 'model': " + names + ".");
        }
        String name = names.iterator().next();
        Embedder embedder = find(name)
                .orElseThrow(() -> mismatch("The vectors are of the model " + name + ", which is not available here."));
        Documents.Model model = models.stream()
                .filter(each -> each.dimensions() == embedder.model().dimensions())
                .findAny()
                .orElseThrow(() -> mismatch("The vectors of " + name + " are not as wide as those it makes now."));
        return new Embedded(model, vector(text, embedder));
    }

    static String name(Documents.Model model) {
        return model.provider() + "/" + model.model();
    }

    private static Set<String> names(Collection<Documents.Model> models) {
        return models.stream().map(QueryEmbedding::name).collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    private Optional<Embedder> find(String name) {
        return embedders.stream()
                .filter(embedder -> name.equals(
                        embedder.model().provider() + "/" + embedder.model().name()))
                .findFirst();
    }

    private static float[] vector(String text, Embedder embedder) {
        try {
            return embedder.embedQueries(List.of(text)).get(0);
        } catch (TransientFailure e) {
            Problem problem = Problem.of(
                    HttpStatus.SERVICE_UNAVAILABLE, e.code(), "The embedding model does not answer at the moment.");
            long seconds =
                    e.retryAfter() == null ? 2 : Math.max(1, e.retryAfter().toSeconds());
            problem.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
            throw problem;
        } catch (Rejected e) {
            throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, e.code(), "The embedding model refuses the query.");
        }
    }

    private static Problem mismatch(String detail) {
        return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "model-mismatch", detail);
    }
}
