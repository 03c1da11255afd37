package io.mivaa.batch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisServerTests {

    @TempDir
    Path directory;

    private EmbeddedRedisServer start() {
        return EmbeddedRedisServer.start(directory.resolve("redis"), RealServers.binaries(), List.of());
    }

    private static <T> T ask(String uri, Function<RedisCommands<String, String>, T> question) {
        RedisClient client = RedisClient.create(uri);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static @Nullable String setting(EmbeddedRedisServer server, String name) {
        Map<String, String> found = ask(server.uri(), redis -> redis.configGet(name));
        return found.get(name);
    }

    @Test
    void keepsPortAndPasswordOverARestartAndStartsEmpty() throws IOException {
        String uri;
        try (var server = start()) {
            uri = server.uri();
            ask(uri, redis -> redis.lpush("hints", "value"));
        }

        try (var server = start()) {
            assertThat(server.uri()).isEqualTo(uri);
            Long keys = ask(uri, RedisCommands::dbsize);
            assertThat(keys).isZero();
        }
    }

    @Test
    void writesNothingToDiskAndEvictsNothing() throws IOException {
        try (var server = start()) {
            ask(server.uri(), redis -> redis.lpush("hints", "value"));

            assertThat(setting(server, "appendonly")).isEqualTo("no");
            assertThat(setting(server, "save")).isEmpty();
            assertThat(setting(server, "maxmemory-policy")).isEqualTo("noeviction");
        }
        assertThat(directory.resolve("redis/data")).isEmptyDirectory();
    }

    @Test
    void startsThoughAnEarlierVersionLeftABrokenAppendOnlyFile() throws IOException {
        start().close();
        Files.writeString(directory.resolve("redis/data/appendonly.aof"), "this is no command\r\n");

        try (var server = start()) {
            Long keys = ask(server.uri(), RedisCommands::dbsize);
            assertThat(keys).isZero();
        }
    }

    @Test
    void wantsThePassword() {
        try (var server = start()) {
            assertThatThrownBy(() -> ask("redis://127.0.0.1:" + server.port(), RedisCommands::ping))
                    .rootCause()
                    .hasMessageContaining("NOAUTH");
            assertThatThrownBy(() -> ask("redis://:wrong@127.0.0.1:" + server.port(), RedisCommands::ping))
                    .rootCause()
                    .hasMessageContaining("WRONGPASS");
        }
    }

    @Test
    void keepsThePasswordFromOtherUsers() throws Exception {
        try (var server = start()) {
            for (String file : List.of("redis.conf", "server.properties")) {
                Path path = directory.resolve("redis").resolve(file);
                assertThat(Files.readString(path)).contains(server.password());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-------");
            }
            assertThat(ProcessHandle.of(server.pid()).orElseThrow().info().commandLine())
                    .hasValueSatisfying(line -> assertThat(line).doesNotContain(server.password()));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void listensOnNothingButItsLoopbackAddress() throws Exception {
        try (var server = start()) {
            new Socket(InetAddress.getLoopbackAddress(), server.port()).close();

            assertThatThrownBy(() ->
                            new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), server.port()).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void comesBackEmptyAndIsFoundAgainByItsClientWhenItIsKilled() {
        try (var server = start()) {
            RedisClient client = RedisClient.create(server.uri());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                connection.sync().lpush("hints", "value");
                long killed = server.pid();

                ProcessHandle.of(killed).orElseThrow().destroyForcibly();

                await().atMost(Duration.ofSeconds(10)).until(() -> server.pid() != killed);
                await().atMost(Duration.ofSeconds(10))
                        .ignoreExceptions()
                        .until(() -> connection.sync().dbsize() == 0);
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            }
        }
    }
}
