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

/** Collects the keys: those that are configured, then the one that lies beside the service's own PostgreSQL. */
@Configuration(proxyBeanMethods = false)
class SecretsConfiguration {

    @Bean
    Secrets secrets(SecretsSettings settings, ObjectProvider<OwnKey> own) {
        List<SealingKey> keys = new ArrayList<>();
        // An empty value, as compose files pass it, counts as none.
        for (String key : settings.key().stream().filter(StringUtils::hasText).toList()) {
            keys.add(key("Key " + (keys.size() + 1) + " of mivaa.secrets.key", key));
        }
        // Also behind others, because it may have sealed what still waits.
        own.ifAvailable(key -> keys.add(key("The key in " + key.file(), key.base64())));
        return new Secrets(keys);
    }

    /** Hides keys from the actuator even where it is told to show values. */
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
