package io.mivaa.batch.intake.preview;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of previews and estimates.
 *
 * @param maxSize of the request for a preview
 * @param maxTime how long a preview may take, and how long an estimate may read documents
 * @param maxConcurrent previews and estimates at a time on this instance
 * @param maxQueueTime how long a further one waits for its turn before it receives 503
 */
@ConfigurationProperties("mivaa.preview")
record PreviewSettings(
        @DefaultValue("10MB") DataSize maxSize,
        @DefaultValue("15s") Duration maxTime,
        @DefaultValue("2") int maxConcurrent,
        @DefaultValue("2s") Duration maxQueueTime) {

    PreviewSettings {
        if (maxSize.toBytes() < 1 || maxTime.toMillis() < 1 || maxConcurrent < 1 || maxQueueTime.isNegative()) {
            throw new IllegalArgumentException("mivaa.preview.max-size, max-time and max-concurrent must be positive,"
                    + " and max-queue-time not negative");
        }
    }
}
