package io.mivaa.batch.commandline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the demo does.
 *
 * @param question what it searches for when the sample documents are done
 * @param patience how long it keeps trying when the service is busy or does not respond
 * @param apiKey for a service that requires one; by default {@code MIVAA_API_KEY} in the environment
 */
@ConfigurationProperties("mivaa.demo")
record DemoSettings(
        @DefaultValue("Which floor stays safe to walk on when it is wet?")
        String question,

        @DefaultValue("10m") Duration patience,
        @Nullable String apiKey) {

    DemoSettings {
        if (question.isBlank()) {
            throw new IllegalArgumentException("question must not be blank");
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience must be positive: " + patience);
        }
    }
}
