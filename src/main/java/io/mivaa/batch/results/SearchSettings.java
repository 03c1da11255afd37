package io.mivaa.batch.results;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much searching may cost.
 *
 * @param maxConcurrent searches by meaning at a time; each looks at all vectors of its workspace and holds a connection
 * @param maxQueueTime how long one more waits for its turn before it is answered 503
 */
@ConfigurationProperties("mivaa.search")
record SearchSettings(
        @DefaultValue("4") int maxConcurrent,
        @DefaultValue("2s") Duration maxQueueTime) {

    SearchSettings {
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("mivaa.search.max-concurrent must be positive: " + maxConcurrent);
        }
        if (maxQueueTime.isNegative()) {
            throw new IllegalArgumentException("mivaa.search.max-queue-time must not be negative: " + maxQueueTime);
        }
    }
}
