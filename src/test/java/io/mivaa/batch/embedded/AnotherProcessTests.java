package io.mivaa.batch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mivaa.batch.testkit.RealServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a second process, or one that was killed, means for the data folder. */
class AnotherProcessTests {

    @TempDir
    Path directory;

    private EmbeddedPostgresServer startPostgres() {
        return EmbeddedPostgresServer.start(directory.resolve("postgres"), RealServers.binaries(), List.of());
    }

    private EmbeddedRedisServer startRedis() {
        return EmbeddedRedisServer.start(directory.resolve("redis"), RealServers.binaries(), List.of());
    }

    @Test
    void endsTheServersThatAKilledProcessLeftBehind() throws Exception {
        List<ProcessHandle> left;
        try (var other = ServersOfAnotherProcess.start(directory, RealServers.binaries())) {
            left = other.servers();
        }
        assertThat(left).allMatch(ProcessHandle::isAlive);

        try (var postgres = startPostgres();
                var redis = startRedis()) {
            assertThat(left).allMatch(process -> process.info().command().isEmpty());
            assertThat(List.of(postgres.pid(), redis.pid()))
                    .doesNotContainAnyElementsOf(
                            left.stream().map(ProcessHandle::pid).toList());
        }
    }

    @Test
    void saysWhichProcessUsesTheFolder() throws Exception {
        try (var other = ServersOfAnotherProcess.start(directory, RealServers.binaries())) {
            String owner = "in use by the process with id " + other.pid();

            assertThatExceptionOfType(EmbeddedServerFailure.class)
                    .isThrownBy(this::startPostgres)
                    .withMessageContaining(owner)
                    .satisfies(failure -> assertThat(failure.action()).contains("mivaa.embedded.directory"));
            assertThatExceptionOfType(EmbeddedServerFailure.class)
                    .isThrownBy(this::startRedis)
                    .withMessageContaining(owner);
            assertThat(other.servers()).allMatch(ProcessHandle::isAlive);
        } finally {
            startPostgres().close();
            startRedis().close();
        }
    }

    @Test
    void refusesASecondProcessWhileThisOneRuns() throws Exception {
        try (var postgres = startPostgres();
                var other = ServersOfAnotherProcess.start(directory, RealServers.binaries())) {
            assertThat(other.answer())
                    .contains("in use by the process with id "
                            + ProcessHandle.current().pid());
            assertThat(ProcessHandle.of(postgres.pid())).isPresent();
        }
    }
}
