package io.mivaa.batch.queue;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The queue.
 *
 * @param prefix of all Redis keys; installations that share a Redis need different ones
 * @param weights of the priorities, critical first: how many jobs each gets for one job of weight 1 while all have work
 * @param promoteEvery how often due jobs are queued
 * @param reconcileEvery how often hints are compared with PostgreSQL and dead instances are detected
 * @param redisPause how long after a failure, and after each failed probe, Redis is probed; until it answers, no other
 *     command is sent. With 0 every command is sent, and waits for its timeout
 * @param outageGrace how long PostgreSQL must have answered without a break until instances with an expired lease count
 *     as dead
 * @param maxCrashes after the crashes of this many instances a job is given up
 */
@ConfigurationProperties("mivaa.queue")
record QueueSettings(
        @DefaultValue("mivaa") String prefix,
        @DefaultValue({"8", "4", "2", "1"}) List<Integer> weights,
        @DefaultValue("250ms") Duration promoteEvery,
        @DefaultValue("1s") Duration reconcileEvery,
        @DefaultValue("1s") Duration redisPause,
        @DefaultValue("5s") Duration outageGrace,
        @DefaultValue("3") int maxCrashes) {

    QueueSettings {
        if (weights.size() != 4 || weights.stream().anyMatch(w -> w < 1)) {
            throw new IllegalArgumentException("mivaa.queue.weights needs four positive numbers: " + weights);
        }
        if (promoteEvery.toMillis() < 10 || reconcileEvery.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "mivaa.queue.promote-every must be at least 10ms and reconcile-every at least 100ms");
        }
        if (redisPause.isNegative() || outageGrace.isNegative()) {
            throw new IllegalArgumentException("mivaa.queue.redis-pause and outage-grace must not be negative: "
                    + redisPause + ", " + outageGrace);
        }
        if (!outageGrace.isZero() && outageGrace.compareTo(reconcileEvery.multipliedBy(2)) < 0) {
            // The pause between two passes would count as an outage, and no instance would ever count as dead.
            throw new IllegalArgumentException(
                    "mivaa.queue.outage-grace must be at least twice mivaa.queue.reconcile-every, or 0: " + outageGrace
                            + ", " + reconcileEvery);
        }
        if (maxCrashes < 1) {
            throw new IllegalArgumentException("mivaa.queue.max-crashes must be at least 1: " + maxCrashes);
        }
        weights = List.copyOf(weights);
    }
}
