package io.mivaa.batch.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.waiting.Backlog;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Where a worker pool learns of jobs that it may claim: from Redis, or, while Redis is away, straight from PostgreSQL,
 * which takes longer and chooses as fairly. Thread-safe.
 */
@Component
public class HintSource {

    private static final Logger log = LoggerFactory.getLogger(HintSource.class);

    private final JobQueue queue;
    private final Backlog backlog;
    private final List<Integer> weights;
    private volatile boolean away;

    HintSource(JobQueue queue, Backlog backlog, QueueSettings settings, MeterRegistry meters) {
        this.queue = queue;
        this.backlog = backlog;
        this.weights = settings.weights();
        Gauge.builder("mivaa.queue.degraded", () -> away ? 1 : 0)
                .description("1 while this instance takes its jobs straight from PostgreSQL because Redis is away")
                .register(meters);
    }

    /**
     * Up to {@code want} jobs to claim.
     *
     * @throws DataAccessException when PostgreSQL is away too
     */
    public List<JobId> take(int want) {
        try {
            List<JobId> hints = queue.take(want);
            if (away) {
                away = false;
                log.info("Redis answers again; jobs are taken from its lists");
            }
            return hints;
        } catch (DataAccessException e) {
            if (!away) {
                away = true;
                log.warn("Redis is away; jobs are taken straight from PostgreSQL: {}", e.toString());
            }
            return backlog.next(want, weights);
        }
    }

    /** Whether the last jobs came from PostgreSQL, because Redis was away. */
    public boolean degraded() {
        return away;
    }

    /** Waits until something was pushed in this process, or the time is over. */
    public void await(Duration atMost) throws InterruptedException {
        queue.await(atMost);
    }
}
