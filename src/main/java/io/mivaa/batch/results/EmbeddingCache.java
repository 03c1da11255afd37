package io.mivaa.batch.results;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.results.CachedVectors.Cached;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Spares an embedder the texts that it has embedded before, for whichever document, workspace or instance. It is in
 * nobody's way: a look has a limit of time, one that fails or takes too long counts as if nothing were there, and then
 * the cache is left alone for a moment; what is to be kept is written aside, and forgotten when too much of it waits.
 * Thread-safe.
 */
@Component
public class EmbeddingCache {

    private static final Logger log = LoggerFactory.getLogger(EmbeddingCache.class);

    /** Connections it may hold, so few that a PostgreSQL that hangs leaves most of the pool to others. */
    private static final int THREADS = 2;

    private static final int WAITING = 64;

    private final CachedVectors vectors;
    private final EmbeddingCacheSettings settings;
    private final MeterRegistry meters;
    private final Counter failures;
    private final ExecutorService aside;

    private volatile long leftAloneUntil = System.nanoTime();

    @Autowired
    EmbeddingCache(CachedVectors vectors, EmbeddingCacheSettings settings, MeterRegistry meters) {
        this(vectors, settings, meters, aside());
    }

    /** @param aside where it talks to PostgreSQL */
    EmbeddingCache(
            CachedVectors vectors, EmbeddingCacheSettings settings, MeterRegistry meters, ExecutorService aside) {
        this.vectors = vectors;
        this.settings = settings;
        this.meters = meters;
        this.failures = Counter.builder("mivaa.embedding.cache.failures")
                .description("Looks into the embedding cache, and writes, that failed or took too long")
                .register(meters);
        this.aside = aside;
    }

    private static ExecutorService aside() {
        ThreadPoolExecutor aside = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "embedding-cache");
                    thread.setDaemon(true);
                    return thread;
                });
        aside.allowCoreThreadTimeOut(true);
        return aside;
    }

    /** The same embedder behind the cache, unless there is none. Queries pass it by: they seldom come twice. */
    public Embedder around(Embedder embedder) {
        return settings.enabled() ? new Behind(embedder) : embedder;
    }

    private final class Behind implements Embedder {

        private final Embedder embedder;

        Behind(Embedder embedder) {
            this.embedder = embedder;
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
            Map<String, Cached> found = find(model(), keys);
            List<Integer> missing = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                if (!found.containsKey(keys.get(i))) {
                    missing.add(i);
                }
            }
            count("hit", texts.size() - missing.size());
            count("miss", missing.size());
            List<float[]> embedded = missing.isEmpty()
                    ? List.of()
                    : embedder.embed(missing.stream().map(texts::get).toList());
            Map<String, float[]> fresh = new HashMap<>();
            for (int i = 0; i < missing.size(); i++) {
                fresh.put(keys.get(missing.get(i)), embedded.get(i));
            }
            keep(model(), fresh, stale(found));
            return keys.stream()
                    .map(key -> found.containsKey(key)
                            ? Objects.requireNonNull(found.get(key)).vector()
                            : Objects.requireNonNull(fresh.get(key)))
                    .toList();
        }

        private String key(String text) {
            return Sha256.of(variant().isEmpty() ? text : variant() + "\0" + text);
        }

        private void count(String result, int texts) {
            meters.counter("mivaa.embedding.cache.lookups", "provider", model().provider(), "result", result)
                    .increment(texts);
        }
    }

    private static List<String> stale(Map<String, Cached> found) {
        return found.entrySet().stream()
                .filter(each -> each.getValue().stale())
                .map(Map.Entry::getKey)
                .toList();
    }

    private Map<String, Cached> find(EmbeddingModel model, Collection<String> keys) {
        if (isLeftAlone()) {
            return Map.of();
        }
        Future<Map<String, Cached>> look = null;
        try {
            look = aside.submit(() -> vectors.find(model, keys));
            return look.get(settings.maxWait().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
            leaveAlone(e);
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Embedding was interrupted");
        } finally {
            if (look != null) {
                look.cancel(false);
            }
        }
    }

    private void keep(EmbeddingModel model, Map<String, float[]> fresh, Collection<String> used) {
        if (isLeftAlone() || (fresh.isEmpty() && used.isEmpty())) {
            return;
        }
        try {
            aside.execute(() -> {
                try {
                    vectors.keep(model, fresh, used);
                } catch (RuntimeException e) {
                    leaveAlone(e);
                }
            });
        } catch (RejectedExecutionException e) {
            leaveAlone(e);
        }
    }

    private boolean isLeftAlone() {
        return System.nanoTime() - leftAloneUntil < 0;
    }

    private void leaveAlone(Exception failure) {
        leftAloneUntil = System.nanoTime() + settings.pause().toNanos();
        failures.increment();
        log.debug("The embedding cache is left alone for {}: {}", settings.pause(), failure.toString());
    }
}
