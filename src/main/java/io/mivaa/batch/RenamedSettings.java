package io.mivaa.batch;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Accepts the former names of renamed settings for one version, in every form that Spring reads (files, arguments,
 * environment variables), and logs a warning with the old and the new name. If both are set, the new name wins.
 *
 * <p>The names of this version are in {@link #RENAMED}; they are removed in the next one.
 */
final class RenamedSettings implements EnvironmentPostProcessor {

    /** Old name to new name. */
    private static final Map<String, String> RENAMED = new TreeMap<>(Map.of(
            "mivaa.parsing.max-pages", "mivaa.parse.max-pages",
            "mivaa.parsing.max-characters", "mivaa.parse.max-characters"));

    private final Log log;

    RenamedSettings(DeferredLogFactory logs) {
        this.log = logs.getLog(RenamedSettings.class);
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Binder binder = Binder.get(environment);
        Map<String, Object> carriedOver = new HashMap<>();
        RENAMED.forEach((old, renamed) -> {
            BindResult<String> value = binder.bind(old, String.class);
            if (value.isBound()) {
                boolean replaced = binder.bind(renamed, String.class).isBound();
                log.warn(warning(old, renamed, replaced));
                if (!replaced) {
                    carriedOver.put(renamed, value.get());
                }
            }
        });
        if (!carriedOver.isEmpty()) {
            environment.getPropertySources().addLast(new MapPropertySource("renamed settings", carriedOver));
        }
    }

    private static String warning(String old, String renamed, boolean replaced) {
        return "The setting " + both(old) + " was renamed to " + both(renamed) + ". "
                + (replaced
                        ? "Both are set; the new name is used."
                        : "The old name still works in this version, but not in the next one.");
    }

    private static String both(String name) {
        return name + " (" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace("-", "") + ")";
    }
}
