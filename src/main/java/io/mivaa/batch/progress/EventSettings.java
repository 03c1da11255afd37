package io.mivaa.batch.progress;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Event streams.
 *
 * @param poll how often new events are read while there are listeners
 * @param heartbeat how often a comment is sent, so that no proxy takes a silent stream for a dead one
 * @param maxListeners streams that may be open on this instance; one more is refused with 503
 * @param maxListenersPerWorkspace the same for each workspace; one more is refused with 429
 * @param buffer bytes that may wait in memory for one reader; later events are read again when it has taken them
 */
@ConfigurationProperties("mivaa.sse")
record EventSettings(
        @DefaultValue("100ms") Duration poll,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("1000") int maxListeners,
        @DefaultValue("500") int maxListenersPerWorkspace,
        @DefaultValue("256KB") DataSize buffer) {

    EventSettings {
        if (poll.toMillis() < 10 || heartbeat.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "mivaa.sse.poll must be at least 10ms and heartbeat at least 100ms: " + poll + ", " + heartbeat);
        }
        if (maxListeners < 0 || maxListenersPerWorkspace < 0) {
            throw new IllegalArgumentException("mivaa.sse.max-listeners and max-listeners-per-workspace must not be"
                    + " negative: " + maxListeners + ", " + maxListenersPerWorkspace);
        }
        if (buffer.toBytes() < 1024) {
            throw new IllegalArgumentException("mivaa.sse.buffer must be at least 1KB: " + buffer);
        }
    }
}
