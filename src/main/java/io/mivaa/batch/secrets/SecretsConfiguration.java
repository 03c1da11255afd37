package io.mivaa.batch.secrets;

import io.mivaa.batch.embedded.OwnKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** Collects the keys: first the configured ones, then the key file beside the embedded PostgreSQL. */
@Configuration(proxyBeanMethods = false)
class SecretsConfiguration {

    @Bean
    Secrets secrets(SecretsSettings settings, ObjectProvider<OwnKey> own) {
        List<SealingKey> keys = new ArrayList<>();
        // Compose files pass an empty value for an unset variable.
        for (String key : settings.key().stream().filter(StringUtils::hasText).toList()) {
            keys.add(key("Key " + (keys.size() + 1) + " of mivaa.secrets.key", key));
        }
        // It follows even configured keys, because stored secrets may be sealed with it.
        own.ifAvailable(key -> keys.add(key("The key in " + key.file(), key.base64())));
        return new Secrets(keys);
    }

    /** Hides keys from the actuator, even when it is configured to show values. */
    @Bean
    SanitizingFunction withoutSecretKeys() {
        return data -> data.getKey()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]", "")
                        .startsWith("mivaasecrets")
                ? data.withSanitizedValue()
                : data;
    }

    private static SealingKey key(String name, String base64) {
        try {
            return SealingKey.of(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableKey(name + " " + e.getMessage() + ".");
        }
    }
}
