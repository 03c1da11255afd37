package io.mivaa.batch.access;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API keys. {@link ApiKeys} validates them, not this record, because an error of binding would quote the value.
 *
 * @param keys API keys by workspace, separated by commas: a new key can be added before the old one is removed. They are
 *     set in the environment, as {@code MIVAA_ACCESS_KEYS_ACME} for the workspace {@code acme}. Without keys only this
 *     machine is served
 */
@ConfigurationProperties("mivaa.access")
record AccessSettings(@DefaultValue Map<String, List<String>> keys) {

    /** Leaves out the keys. */
    @Override
    public String toString() {
        return "AccessSettings[keys of " + keys.keySet() + "]";
    }
}
