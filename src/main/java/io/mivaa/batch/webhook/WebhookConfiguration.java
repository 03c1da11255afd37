package io.mivaa.batch.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.Locale;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    @Bean
    Signatures webhookSignatures(WebhookSettings settings) {
        return new Signatures(settings.secret());
    }

    @Bean
    Targets webhookTargets(WebhookSettings settings) {
        return new Targets(settings, SystemDefaultDnsResolver.INSTANCE);
    }

    @Bean
    Postman postman(
            Deliveries deliveries,
            Signatures signatures,
            Targets targets,
            WebhookSettings settings,
            MeterRegistry meters) {
        return new Postman(
                deliveries, new Courier(signatures, targets, settings), settings, new SecureRandom(), meters);
    }

    /** Hides the secrets in the actuator, even where it is configured to show values. */
    @Bean
    SanitizingFunction withoutWebhookSecrets() {
        return data -> data.getKey()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]", "")
                        .startsWith("mivaawebhookssecret")
                ? data.withSanitizedValue()
                : data;
    }
}
