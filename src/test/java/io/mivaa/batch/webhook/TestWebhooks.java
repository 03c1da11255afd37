package io.mivaa.batch.webhook;

import java.time.Duration;
import java.util.List;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/** For tests of other packages. */
public final class TestWebhooks {

    private TestWebhooks() {}

    /** As where no secret is set: refuses every webhook. */
    public static Webhooks disabled() {
        WebhookSettings settings = new WebhookSettings(
                List.of(),
                false,
                List.of(),
                Duration.ofSeconds(15),
                10,
                Duration.ofSeconds(5),
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                8,
                2);
        return new Webhooks(
                new Signatures(settings.secret()), new Targets(settings, SystemDefaultDnsResolver.INSTANCE));
    }
}
