package io.mivaa.batch.worker.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.worker.settings.WorkerSettings;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Counts the worker threads that were given up because nothing stops them, and bounds how many are replaced. Beyond the
 * bound the instance works on with fewer threads, and liveness is down, because only a restart ends such a thread.
 * Thread-safe.
 */
@Component("workers")
public final class Abandoned implements HealthIndicator {

    private final int allowed;
    private int threads;
    private int withheld;

    public Abandoned(WorkerSettings settings, MeterRegistry meters) {
        this.allowed = settings.maxAbandoned();
        Gauge.builder("mivaa.workers.abandoned", this, Abandoned::threads)
                .description("Worker threads that hung on a document and were given up")
                .register(meters);
    }

    public synchronized int threads() {
        return threads;
    }

    public synchronized void add() {
        threads++;
    }

    /** Whether another thread may use the slot of a thread that was added. */
    public synchronized boolean replace() {
        if (threads > allowed) {
            withheld++;
            return false;
        }
        return true;
    }

    /** Records that such a thread has ended after all. @return whether a slot that was not replaced is free again */
    public synchronized boolean remove() {
        threads--;
        if (withheld > 0) {
            withheld--;
            return true;
        }
        return false;
    }

    @Override
    public synchronized Health health() {
        return (threads > allowed ? Health.down() : Health.up())
                .withDetail("abandoned", threads)
                .withDetail("allowed", allowed)
                .build();
    }
}
