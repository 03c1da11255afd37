package io.mivaa.batch.results;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much searching may cost.
 *
 * @param maxConcurrent searches by meaning at a time; each looks at all vectors of its workspace and holds a connection
 * @param maxCandidates chunks whose words are looked at for one search by words; where more hold one of them, only
 *     those that hold the rarer ones
 * @param pgvector whether its index is used where the server has it; the same for all instances
 * @param maxQueueTime how long one more waits for its turn before it is answered 503
 */
@ConfigurationProperties("mivaa.search")
record SearchSettings(
        @DefaultValue("4") int maxConcurrent,
        @DefaultValue("20000") int maxCandidates,
        @DefaultValue("true") boolean pgvector,
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
