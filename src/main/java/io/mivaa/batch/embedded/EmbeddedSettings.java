package io.mivaa.batch.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The servers of the zero set-up.
 *
 * @param enabled whether the service may start servers of its own when none are configured
 * @param directory where the servers keep their data, ports and passwords
 * @param binaries where the servers' programs are unpacked, about 70 MB; by default below the directory
 * @param sharedBuffers PostgreSQL's cache, at least 1 MB
 * @param maxConnections the maximum number of connections to PostgreSQL, 10 to 1000; must exceed the service's pool
 */
@ConfigurationProperties("mivaa.embedded")
record EmbeddedSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("./data") Path directory,
        @Nullable Path binaries,
        @DefaultValue("128MB") DataSize sharedBuffers,
        @DefaultValue("60") int maxConnections) {

    EmbeddedSettings {
        directory = directory.toAbsolutePath().normalize();
        if (sharedBuffers.toMegabytes() < 1) {
            throw new IllegalArgumentException("sharedBuffers must be at least 1 MB: " + sharedBuffers);
        }
        if (maxConnections < 10 || maxConnections > 1000) {
            throw new IllegalArgumentException("maxConnections must be between 10 and 1000: " + maxConnections);
        }
    }

    Path programs() {
        return binaries == null ? directory.resolve("binaries") : binaries;
    }
}
