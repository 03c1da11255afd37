package io.mivaa.batch.pipeline.process;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The processes that parse documents. There are at most as many as documents are parsed at a time.
 *
 * @param enabled false parses in the service's own process, where a document that hangs or crashes its parser costs the
 *     service a thread or its life
 * @param memory the heap of each process; a document that needs more fails as {@code out-of-memory}. 0 shares a
 *     quarter of the memory of the machine or container among two processes for each processor, 64 MB to 512 MB each
 * @param idle how long a process waits for another document before it ends
 */
@ConfigurationProperties("mivaa.parse.process")
record ProcessSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0") DataSize memory,
        @DefaultValue("5m") Duration idle) {

    private static final long LEAST = DataSize.ofMegabytes(64).toBytes();
    private static final long MOST = DataSize.ofMegabytes(512).toBytes();

    ProcessSettings {
        memory = memory.toBytes() == 0 ? share() : memory;
        if (memory.toMegabytes() < 32) {
            throw new IllegalArgumentException("mivaa.parse.process.memory must be at least 32MB: " + memory);
        }
        if (idle.toMillis() < 100) {
            throw new IllegalArgumentException("mivaa.parse.process.idle must be at least 100ms: " + idle);
        }
    }

    private static DataSize share() {
        int processes = 2 * Runtime.getRuntime().availableProcessors();
        long share =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 4 / processes;
        return DataSize.ofBytes(Math.max(LEAST, Math.min(MOST, share)));
    }
}
