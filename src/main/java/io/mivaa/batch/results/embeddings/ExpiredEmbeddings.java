package io.mivaa.batch.results.embeddings;

import io.mivaa.batch.job.expiry.Expiring;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Cached vectors that were not used for a long time. Thread-safe. */
@Component
final class ExpiredEmbeddings implements Expiring {

    private final CachedVectors vectors;

    ExpiredEmbeddings(CachedVectors vectors) {
        this.vectors = vectors;
    }

    @Override
    public String kind() {
        return "embeddings";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> vectors.removeUnused(age, max));
    }
}
