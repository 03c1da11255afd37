package io.mivaa.batch.secrets;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that seal secrets. {@link SealingKey} validates them, not this record, because an error of binding would quote
 * the value.
 *
 * @param key keys separated by commas, each the base64 of 32 random bytes: the first seals, all open. They are set in the
 *     environment, as {@code MIVAA_SECRETS_KEY}
 */
@ConfigurationProperties("mivaa.secrets")
record SecretsSettings(@DefaultValue List<String> key) {

    /** Leaves out the keys. */
    @Override
    public String toString() {
        return "SecretsSettings[" + key.size() + " keys]";
    }
}
