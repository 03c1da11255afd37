package io.mivaa.batch.throttle;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of embedding providers.
 *
 * @param maxWait how long a thread may wait for its request's turn; a job that would wait longer is parked
 * @param redisPause how long after a failure of Redis each instance still keeps to its own share of the limits
 */
@ConfigurationProperties("mivaa.throttle")
record ThrottleSettings(
        @DefaultValue("2s") Duration maxWait,
        @DefaultValue("5s") Duration redisPause) {

    ThrottleSettings {
        if (maxWait.isNegative() || maxWait.compareTo(Duration.ofMinutes(1)) > 0 || redisPause.isNegative()) {
            throw new IllegalArgumentException("mivaa.throttle.max-wait must be 0 to 1m, and redis-pause not negative");
        }
    }
}
