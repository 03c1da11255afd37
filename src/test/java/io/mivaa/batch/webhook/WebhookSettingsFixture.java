package io.mivaa.batch.webhook;

import io.mivaa.batch.testkit.Receiver;
import java.time.Duration;
import java.util.List;

/** Settings of webhooks for tests: patient with nobody. */
final class WebhookSettingsFixture {

    private WebhookSettingsFixture() {}

    /** As by default. */
    static WebhookSettings strict() {
        return settings(false, Duration.ofSeconds(2), 4);
    }

    static WebhookSettings allowing(String... targets) {
        return settings(true, Duration.ofSeconds(2), 4, targets);
    }

    static WebhookSettings settings(boolean allowHttp, Duration timeout, int tries, String... allowed) {
        return new WebhookSettings(
                List.of(Receiver.SECRET),
                allowHttp,
                List.of(allowed),
                timeout,
                tries,
                Duration.ofSeconds(5),
                Duration.ofHours(24),
                Duration.ofMillis(20),
                4,
                2);
    }
}
