package io.mivaa.batch.intake.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The meter {@code mivaa.intake.refused}, one for each code of a refusal. */
final class RefusedBatches {

    private RefusedBatches() {}

    static Counter counter(String code, MeterRegistry meters) {
        return Counter.builder("mivaa.intake.refused")
                .description("Batches refused because a limit of the service was reached")
                .tag("code", code)
                .register(meters);
    }
}
