package io.mivaa.batch.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.job.waiting.Depths.Depth;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Gauges of the backlog. They are read from PostgreSQL every few seconds, not at every scrape, so that a scraper cannot put
 * load on the database; less often if reading takes long. All instances report the same numbers: use {@code max}, not
 * {@code sum}.
 */
@Component
class QueueMetrics {

    private static final Logger log = LoggerFactory.getLogger(QueueMetrics.class);

    private static final Duration EVERY = Duration.ofSeconds(5);

    /** The sums read all batches. At most one fiftieth of the time is spent on them. */
    private static final int SHARE = 50;

    private final Depths counted;
    private final LongSupplier nanoTime;
    private volatile Map<Priority, Depth> depths = Map.of();
    private volatile Map<JobState, Long> totals = Map.of();
    private long notBefore;

    @Autowired
    QueueMetrics(Depths counted, MeterRegistry meters) {
        this(counted, meters, System::nanoTime);
    }

    QueueMetrics(Depths counted, MeterRegistry meters, LongSupplier nanoTime) {
        this.counted = counted;
        this.nanoTime = nanoTime;
        this.notBefore = nanoTime.getAsLong();
        for (Priority priority : Priority.values()) {
            Gauge.builder("mivaa.queue.depth", () -> depth(priority).queued())
                    .description("Jobs that wait for a worker")
                    .tag("priority", priority.name().toLowerCase(Locale.ROOT))
                    .register(meters);
            Gauge.builder("mivaa.queue.oldest.age", () -> depth(priority).oldestSeconds())
                    .description("How long the oldest job has waited for a worker")
                    .baseUnit("seconds")
                    .tag("priority", priority.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        for (JobState state : JobState.values()) {
            Gauge.builder("mivaa.jobs", () -> totals.getOrDefault(state, 0L))
                    .description(
                            "Jobs of all batches that were not deleted; the sum over all states is the number accepted")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
    }

    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void refreshOnSchedule() {
        if (nanoTime.getAsLong() - notBefore < 0) {
            return;
        }
        long begun = nanoTime.getAsLong();
        try {
            refresh();
        } catch (DataAccessException e) {
            log.debug("The gauges of the queue keep their values: {}", e.toString());
        }
        long now = nanoTime.getAsLong();
        notBefore = now + SHARE * (now - begun) - EVERY.toNanos();
    }

    void refresh() {
        depths = counted.byPriority(null).stream().collect(Collectors.toMap(Depth::priority, Function.identity()));
        totals = counted.totals();
    }

    private Depth depth(Priority priority) {
        return depths.getOrDefault(priority, new Depth(priority, 0, 0));
    }
}
