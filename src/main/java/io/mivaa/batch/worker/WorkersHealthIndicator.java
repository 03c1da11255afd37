package io.mivaa.batch.worker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: DOWN while this instance should take jobs and has not been able to for some time. */
@Component
class WorkersHealthIndicator implements HealthIndicator {

    private final ObjectProvider<WorkerPool> pool;

    WorkersHealthIndicator(ObjectProvider<WorkerPool> pool) {
        this.pool = pool;
    }

    @Override
    public Health health() {
        WorkerPool here = pool.getIfAvailable();
        if (here == null) {
            return Health.up().withDetail("enabled", false).build();
        }
        return (here.stalled() ? Health.down() : Health.up())
                .withDetail("enabled", true)
                .build();
    }
}
