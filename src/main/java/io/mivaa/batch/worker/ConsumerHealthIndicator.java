package io.mivaa.batch.worker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: DOWN while this instance should take jobs but has not been able to for longer than the stall limit. */
@Component
class ConsumerHealthIndicator implements HealthIndicator {

    private final ObjectProvider<WorkerPool> pool;

    ConsumerHealthIndicator(ObjectProvider<WorkerPool> pool) {
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
