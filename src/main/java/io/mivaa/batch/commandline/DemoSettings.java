package io.mivaa.batch.commandline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the demo does.
 *
 * @param question that it puts to the search once the samples are in
 * @param patience how long it waits for the samples to be done
 * @param apiKey for a service that wants one; else from {@code MIVAA_API_KEY} in the environment
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
