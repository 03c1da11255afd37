package io.mivaa.batch.results;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Vectors kept for texts that come again.
 *
 * @param enabled whether there is a cache
 * @param maxWait how long a look into it may take; then the text is embedded as if it were not there
 * @param pause how long it is left alone after a look that failed or took too long
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
