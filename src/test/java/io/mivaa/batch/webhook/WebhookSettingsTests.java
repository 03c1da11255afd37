package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mivaa.batch.testkit.Receiver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;

class WebhookSettingsTests {

    @ParameterizedTest
    @CsvSource({
        "PT0.05S, 1, PT5S, PT24H, PT1S, 1, 1",
        "PT3M, 1, PT5S, PT24H, PT1S, 1, 1",
        "PT15S, 0, PT5S, PT24H, PT1S, 1, 1",
        "PT15S, 1, PT0S, PT24H, PT1S, 1, 1",
        "PT15S, 1, PT5S, PT4S, PT1S, 1, 1",
        "PT15S, 1, PT5S, PT24H, PT0.005S, 1, 1",
        "PT15S, 1, PT5S, PT24H, PT1S, 0, 1",
        "PT15S, 1, PT5S, PT24H, PT1S, 1, 0"
    })
    void areRefusedWhenTheyCannotWork(
            Duration timeout,
            int tries,
            Duration base,
            Duration cap,
            Duration poll,
            int concurrency,
            int concurrencyPerTarget) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookSettings(
                        List.of(),
                        false,
                        List.of(),
                        timeout,
                        tries,
                        base,
                        cap,
                        poll,
                        concurrency,
                        concurrencyPerTarget))
                .withMessageStartingWith("mivaa.webhooks.");
    }

    @Test
    void tellNoSecret() {
        assertThat(WebhookSettingsFixture.strict().toString()).doesNotContain(Receiver.SECRET.substring(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mivaa.webhooks.secret", "mivaa.webhooks.secret[1]", "MIVAA_WEBHOOKS_SECRET"})
    void hideTheSecretFromTheActuator(String key) {
        var sanitizing = new WebhookConfiguration().withoutWebhookSecrets();

        assertThat(sanitizing
                        .apply(new SanitizableData(null, key, Receiver.SECRET))
                        .getValue())
                .isEqualTo(SanitizableData.SANITIZED_VALUE);
        assertThat(sanitizing
                        .apply(new SanitizableData(null, "mivaa.webhooks.poll", "1s"))
                        .getValue())
                .isEqualTo("1s");
    }
}
