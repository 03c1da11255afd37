package io.mivaa.batch.worker.provider;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows which embedding providers are left alone. It never says DOWN: the service still accepts, answers and works for
 * other providers, and restarting it would not mend the provider.
 */
public record ProviderHealth(ProviderGates gates) implements HealthIndicator {

    @Override
    public Health health() {
        return Health.up().withDetails(gates.states()).build();
    }
}
