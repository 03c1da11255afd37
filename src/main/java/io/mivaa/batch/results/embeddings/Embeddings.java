package io.mivaa.batch.results.embeddings;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Embeds texts of an application with the models of the documents. Processes few requests at a time, each in slices, so
 * that the workers use the embedder between two slices. Thread-safe.
 */
@Component
class Embeddings {

    /** Texts per call of the embedder, as many as a worker passes. */
    private static final int SLICE = 32;

    private static final int RETRY_SECONDS = 2;

    private final ObjectProvider<Embedder> embedders;
    private final EmbeddingsApiSettings settings;
    private final Semaphore free;

    Embeddings(ObjectProvider<Embedder> embedders, EmbeddingsApiSettings settings) {
        this.embedders = embedders;
        this.settings = settings;
        this.free = new Semaphore(settings.maxConcurrent(), true);
    }

    /** @param tokens of all texts together */
    record Embedded(List<float[]> vectors, long tokens) {}

    List<EmbeddingModel> models() {
        return embedders.stream().map(Embedder::model).toList();
    }

    /** @throws Problem 404 when no model has that {@code provider/name} */
    Embedder embedder(String model) {
        return embedders.stream()
                .filter(embedder -> embedder.model().id().equals(model))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("model"));
    }

    /**
     * Waits for a turn, then embeds the texts.
     *
     * @param queries whether the texts are search queries; otherwise they are texts of documents
     * @throws Problem 400 for a text longer than the model's limit; 429 or 503 when a later request may succeed
     */
    Embedded embed(Embedder embedder, List<String> texts, boolean queries) {
        if (!hasTurn()) {
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many requests for embeddings are running at the moment. Try again later.")
                    .retryAfter(RETRY_SECONDS);
        }
        try {
            return embedInTurn(embedder, texts, queries);
        } catch (TransientFailure e) {
            throw problem(e);
        } catch (Rejected e) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT, e.code(), "The embedding model rejected one of the texts.");
        } finally {
            free.release();
        }
    }

    private static Embedded embedInTurn(Embedder embedder, List<String> texts, boolean queries) {
        long tokens = countTokens(embedder, texts);
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += SLICE) {
            List<String> slice = texts.subList(from, Math.min(from + SLICE, texts.size()));
            vectors.addAll(queries ? embedder.embedQueries(slice) : embedder.embed(slice));
        }
        return new Embedded(vectors, tokens);
    }

    private static long countTokens(Embedder embedder, List<String> texts) {
        long tokens = 0;
        for (int i = 0; i < texts.size(); i++) {
            int count = embedder.count(texts.get(i));
            if (count > embedder.model().maxTokens()) {
                throw Problem.invalid(
                        "/input/" + i,
                        "text-too-long",
                        "A text has " + count + " tokens, but the model accepts at most "
                                + embedder.model().maxTokens() + ".");
            }
            tokens += count;
        }
        return tokens;
    }

    private static Problem problem(TransientFailure failure) {
        Duration wait = failure.retryAfter();
        long seconds = wait == null ? RETRY_SECONDS : Math.max(1, wait.toSeconds());
        return Problem.of(
                        wait != null ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE,
                        failure.code(),
                        "The embedding model does not respond at the moment.")
                .retryAfter(seconds);
    }

    private boolean hasTurn() {
        try {
            return free.tryAcquire(settings.maxQueueTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
