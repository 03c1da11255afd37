package io.mivaa.batch.secrets;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What secrets are sealed with. Nothing is validated here but by {@link SealingKey}: an error of binding would quote the
 * value.
 *
 * @param key base64 of 32 random bytes each, several separated by commas: the first seals, all open; given in the
 *     environment, {@code MIVAA_SECRETS_KEY}
 */
@ConfigurationProperties("mivaa.secrets")
record SecretsSettings(@DefaultValue List<String> key) {

    /** Tells no key. */
    @Override
    public String toString() {
        return "SecretsSettings[" + key.size() + " keys]";
    }
}
