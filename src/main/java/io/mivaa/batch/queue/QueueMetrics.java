package io.mivaa.batch.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.Backlog;
import io.mivaa.batch.job.Backlog.Depth;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What waits, as gauges. Read from PostgreSQL every few seconds rather than at every scrape, so that a scraper cannot
 * put load on the database. All instances report the same numbers: use {@code max}, not {@code sum}.
 */
@Component
class QueueMetrics {

    private static final Logger log = LoggerFactory.getLogger(QueueMetrics.class);

    private final Backlog backlog;
    private volatile Map<Priority, Depth> depths = Map.of();
    private volatile Map<JobState, Long> open = Map.of();

    QueueMetrics(Backlog backlog, MeterRegistry meters) {
        this.backlog = backlog;
        for (Priority priority : Priority.values()) {
            Gauge.builder("mivaa.queue.depth", () -> depth(priority).queued())
                    .description("Jobs that wait for a worker")
                    .tag("priority", priority.name().toLowerCase(java.util.Locale.ROOT))
                    .register(meters);
            Gauge.builder("mivaa.queue.oldest.age", () -> depth(priority).oldestSeconds())
                    .description("How long the oldest of them has waited")
                    .baseUnit("seconds")
                    .tag("priority", priority.name().toLowerCase(java.util.Locale.ROOT))
                    .register(meters);
        }
        for (JobState state : JobState.values()) {
            if (!state.terminal()) {
                Gauge.builder("mivaa.jobs.open", () -> open.getOrDefault(state, 0L))
                        .description("Jobs that are not final")
                        .tag("state", state.name())
                        .register(meters);
            }
        }
    }

    @Scheduled(fixedDelay = 3000)
    void refreshQuietly() {
        try {
            depths = backlog.depths(null).stream().collect(Collectors.toMap(Depth::priority, Function.identity()));
            open = backlog.open(null);
        } catch (DataAccessException e) {
            log.debug("The gauges of the queue keep their values: {}", e.toString());
        }
    }

    private Depth depth(Priority priority) {
        return depths.getOrDefault(priority, new Depth(priority, 0, 0));
    }
}
