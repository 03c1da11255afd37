package io.mivaa.batch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTests {

    @TempDir
    Path directory;

    @Test
    void survivesKillAndStopAndKeepsItsPort() {
        try (var service = ServiceProcess.on(RealServers.emptyDatabase(), RealServers.redisUri())) {
            service.start();
            int port = service.port();
            service.sigstop();
            assertThat(service.isReady()).isFalse();
            service.sigcont();
            service.awaitReady();

            service.kill9();
            assertThat(service.isAlive()).isFalse();
            service.start();

            assertThat(service.port()).isEqualTo(port);
            assertThat(service.terminate()).isEqualTo(143);
        }
    }

    @Test
    void comesBackOnItsOwnServersAfterKill9() {
        try (var service = ServiceProcess.withoutServers()
                .property("mivaa.embedded.directory", directory.toString())
                .property("mivaa.embedded.binaries", RealServers.binaries().toString())) {
            service.start();
            service.kill9();
            service.start();

            assertThat(service.output()).contains("runs its own PostgreSQL on", "runs its own Redis on");
            assertThat(service.terminate()).isEqualTo(143);
            assertThat(service.output()).doesNotContain("ended unexpectedly");
        }
        try (var processes = ProcessHandle.allProcesses()) {
            assertThat(processes.filter(
                            process -> process.info().commandLine().orElse("").contains(directory.toString())))
                    .isEmpty();
        }
    }

    @Test
    void tellsWhatAServiceThatDoesNotStartHasSaid() {
        try (var service = ServiceProcess.on(RealServers.emptyDatabase(), RealServers.redisUri())
                .property("mivaa.embedded.max-connections", "1")) {
            assertThatThrownBy(service::start)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("maxConnections must be between");
        }
    }
}
