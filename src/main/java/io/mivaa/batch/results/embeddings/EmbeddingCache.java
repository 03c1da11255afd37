package io.mivaa.batch.results.embeddings;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import java.util.concurrent.ExecutorService;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Keeps the vectors of texts, so that a text is embedded only once for all documents, workspaces and instances. The
 * cache never makes an embedding fail and hardly delays it: if PostgreSQL fails or is slow, texts are embedded as if
 * the cache were empty. Thread-safe.
 */
@Component
public class EmbeddingCache {

    private final EmbeddingCacheSettings settings;
    private final MeterRegistry meters;
    private final CacheAccess access;

    @Autowired
    EmbeddingCache(CachedVectors vectors, EmbeddingCacheSettings settings, MeterRegistry meters) {
        this(vectors, settings, meters, CacheAccess.threads());
    }

    /** @param background runs the statements of the cache */
    EmbeddingCache(
            CachedVectors vectors, EmbeddingCacheSettings settings, MeterRegistry meters, ExecutorService background) {
        this.settings = settings;
        this.meters = meters;
        this.access = new CacheAccess(vectors, settings, meters, background);
    }

    /** The same embedder behind the cache, or the embedder itself if the cache is disabled. */
    public Embedder around(Embedder embedder) {
        return settings.enabled() ? new CachingEmbedder(embedder, access, meters) : embedder;
    }
}
