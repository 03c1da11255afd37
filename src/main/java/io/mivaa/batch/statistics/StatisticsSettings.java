package io.mivaa.batch.statistics;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Samples for charts.
 *
 * @param keep how long samples are kept; at least a day, the longest window
 */
@ConfigurationProperties("mivaa.statistics")
record StatisticsSettings(@DefaultValue("48h") Duration keep) {

    StatisticsSettings {
        if (keep.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("mivaa.statistics.keep must be at least 24h: " + keep);
        }
    }
}
