package io.mivaa.batch.results.embeddings;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the cache of vectors for texts that recur.
 *
 * @param enabled whether the cache is used
 * @param maxWait time limit of a lookup; after it, the text is embedded as if it were not cached
 * @param pause how long the cache is not used after a lookup or write that failed or timed out
 */
@ConfigurationProperties("mivaa.embedding.cache")
record EmbeddingCacheSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("250ms") Duration maxWait,
        @DefaultValue("5s") Duration pause) {

    EmbeddingCacheSettings {
        if (maxWait.toMillis() < 1 || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "mivaa.embedding.cache.max-wait must be at least 1ms, and pause not negative");
        }
    }
}
