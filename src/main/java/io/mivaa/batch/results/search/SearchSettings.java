package io.mivaa.batch.results.search;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much work searches may cause.
 *
 * @param maxConcurrent searches by meaning at a time; each holds a connection, and without an index scans all vectors
 *     of its workspace
 * @param maxCandidates chunks that one search by words scores; if more chunks contain a word of the query, only chunks
 *     with the rarer words are scored
 * @param maxQueueTime how long a further search waits for its turn before it gets 503
 */
@ConfigurationProperties("mivaa.search")
record SearchSettings(
        @DefaultValue("4") int maxConcurrent,
        @DefaultValue("20000") int maxCandidates,
        @DefaultValue("2s") Duration maxQueueTime) {

    SearchSettings {
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("mivaa.search.max-concurrent must be positive: " + maxConcurrent);
        }
        if (maxCandidates < 1) {
            throw new IllegalArgumentException("mivaa.search.max-candidates must be positive: " + maxCandidates);
        }
        if (maxQueueTime.isNegative()) {
            throw new IllegalArgumentException("mivaa.search.max-queue-time must not be negative: " + maxQueueTime);
        }
    }
}
