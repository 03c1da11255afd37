package io.mivaa.batch.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.waiting.Backlog;
import java.time.Duration;
import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Finds jobs for the workers to claim: in Redis, or directly in PostgreSQL while Redis is unavailable. PostgreSQL takes
 * longer, but chooses just as fairly. Thread-safe.
 */
@Component
public class HintSource {

    private final JobQueue queue;
    private final Backlog backlog;
    private final RedisAvailability redis;
    private final List<Integer> weights;

    HintSource(JobQueue queue, Backlog backlog, RedisAvailability redis, QueueSettings settings, MeterRegistry meters) {
        this.queue = queue;
        this.backlog = backlog;
        this.redis = redis;
        this.weights = settings.weights();
        Gauge.builder("mivaa.queue.degraded", () -> degraded() ? 1 : 0)
                .description("1 while this instance takes jobs directly from PostgreSQL because Redis is unavailable")
                .register(meters);
    }

    /**
     * Up to {@code want} jobs to claim.
     *
     * @throws DataAccessException if PostgreSQL is unavailable too
     */
    public List<JobId> take(int want) {
        try {
            return queue.take(want);
        } catch (DataAccessException e) {
            return backlog.next(want, weights);
        }
    }

    /** Whether jobs are taken from PostgreSQL, because Redis is unavailable. */
    public boolean degraded() {
        return redis.away();
    }

    /** Waits until hints are pushed in this process, or the time is over. */
    public void await(Duration atMost) throws InterruptedException {
        queue.await(atMost);
    }
}
