package io.mivaa.batch.results.embeddings;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.results.embeddings.CachedVectors.Cached;
import java.util.Collection;
import java.util.Map;
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

/**
 * Reads and writes {@link CachedVectors} without delaying its caller for long. A lookup has a time limit. Writes run in
 * the background, and are dropped when too many wait. After a failure or timeout, all lookups miss and all writes are
 * dropped for a pause. Thread-safe.
 */
final class CacheAccess {

    private static final Logger log = LoggerFactory.getLogger(CacheAccess.class);

    /** The connections it may hold. So few that a hanging PostgreSQL leaves most of the pool to others. */
    private static final int THREADS = 2;

    private static final int WAITING = 64;

    private final CachedVectors vectors;
    private final EmbeddingCacheSettings settings;
    private final Counter failures;
    private final ExecutorService background;

    private volatile long pausedUntil = System.nanoTime();

    CacheAccess(
            CachedVectors vectors, EmbeddingCacheSettings settings, MeterRegistry meters, ExecutorService background) {
        this.vectors = vectors;
        this.settings = settings;
        this.failures = Counter.builder("mivaa.embedding.cache.failures")
                .description("Lookups in the embedding cache, and writes to it, that failed or timed out")
                .register(meters);
        this.background = background;
    }

    /** Threads for the statements of a cache. They end when they are idle. */
    static ExecutorService threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "embedding-cache");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * The vectors of the keys that are cached; none after a failure or timeout.
     *
     * @throws CancellationException when the thread is interrupted; its interrupt status stays set
     */
    Map<String, Cached> find(EmbeddingModel model, Collection<String> keys) {
        if (isPaused()) {
            return Map.of();
        }
        Future<Map<String, Cached>> lookup = null;
        try {
            lookup = background.submit(() -> vectors.find(model, keys));
            return lookup.get(settings.maxWait().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
            pause(e);
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Embedding was interrupted");
        } finally {
            if (lookup != null) {
                lookup.cancel(false);
            }
        }
    }

    /**
     * Writes in the background.
     *
     * @param fresh new vectors by key
     * @param used keys to mark as used today
     */
    void keep(EmbeddingModel model, Map<String, float[]> fresh, Collection<String> used) {
        if (isPaused() || (fresh.isEmpty() && used.isEmpty())) {
            return;
        }
        try {
            background.execute(() -> {
                try {
                    vectors.keep(model, fresh, used);
                } catch (RuntimeException e) {
                    pause(e);
                }
            });
        } catch (RejectedExecutionException e) {
            pause(e);
        }
    }

    private boolean isPaused() {
        return System.nanoTime() - pausedUntil < 0;
    }

    private void pause(Exception failure) {
        pausedUntil = System.nanoTime() + settings.pause().toNanos();
        failures.increment();
        log.debug("The embedding cache is not used for {}: {}", settings.pause(), failure.toString());
    }
}
