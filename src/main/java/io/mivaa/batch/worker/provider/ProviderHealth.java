package io.mivaa.batch.worker.provider;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows the state of the embedding providers. It is never DOWN: the service still accepts, answers and works with other
 * providers, and a restart would not repair the provider.
 */
public record ProviderHealth(ProviderGates gates) implements HealthIndicator {

    @Override
    public Health health() {
        return Health.up().withDetails(gates.states()).build();
    }
}
