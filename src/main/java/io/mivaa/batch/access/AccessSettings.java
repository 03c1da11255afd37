package io.mivaa.batch.access;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call. Nothing is validated here but by {@link ApiKeys}: an error of binding would quote the value.
 *
 * @param keys API keys by workspace, several separated by commas so that a new one can be brought in before the old one
 *     goes; given in the environment, {@code MIVAA_ACCESS_KEYS_ACME} for the workspace {@code acme}. Without any, only
 *     this machine is served
 */
@ConfigurationProperties("mivaa.access")
record AccessSettings(@DefaultValue Map<String, List<String>> keys) {

    /** Tells no key. */
    @Override
    public String toString() {
        return "AccessSettings[keys of " + keys.keySet() + "]";
    }
}
