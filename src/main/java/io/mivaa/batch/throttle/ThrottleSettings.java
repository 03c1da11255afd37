package io.mivaa.batch.throttle;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the limits of embedding providers are kept.
 *
 * @param maxWait how long a thread may be held until its request's turn; what would wait longer is parked
 * @param redisPause how long after a failure Redis is not asked, and each instance keeps to its own share
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
