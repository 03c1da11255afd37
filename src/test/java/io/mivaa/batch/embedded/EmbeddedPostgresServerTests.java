package io.mivaa.batch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresServerTests {

    @TempDir
    Path directory;

    private EmbeddedPostgresServer start() {
        return EmbeddedPostgresServer.start(directory.resolve("postgres"), RealServers.binaries(), List.of());
    }

    private static Connection connect(EmbeddedPostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }

    private static void execute(EmbeddedPostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedPostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Running {

        @TempDir
        static Path shared;

        private static EmbeddedPostgresServer server;

        @org.junit.jupiter.api.BeforeAll
        static void start() {
            server = EmbeddedPostgresServer.start(
                    shared.resolve("postgres"), RealServers.binaries(), List.of("fsync=off", "shared_buffers=16MB"));
        }

        @org.junit.jupiter.api.AfterAll
        static void stop() {
            server.close();
        }

        @Test
        void keepsWhatItHasCommittedWhateverItsSettingsSay() throws Exception {
            assertThat(ask(server, "show fsync")).isEqualTo("on");
            assertThat(ask(server, "show synchronous_commit")).isEqualTo("on");
            assertThat(ask(server, "show full_page_writes")).isEqualTo("on");
            assertThat(ask(server, "show shared_buffers")).isEqualTo("16MB");
        }

        @Test
        void wantsThePassword() {
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), ""))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
        }

        @Test
        void keepsPasswordAndKeyFromOtherUsers() throws Exception {
            Path folder = shared.resolve("postgres");

            assertThat(server.key().file()).isEqualTo(folder.toRealPath().resolve("secrets.key"));
            assertThat(Base64.getMimeDecoder().decode(server.key().base64())).hasSize(32);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(server.key().file())))
                    .isEqualTo("rw-------");

            assertThat(Files.readString(folder.resolve("server.properties"))).contains(server.password());
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("server.properties"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
            assertThat(folder.resolve("password.new")).doesNotExist();
        }

        /** The whole of 127/8 is this machine on Linux, so a server that listens everywhere would answer there. */
        @Test
        @EnabledOnOs(OS.LINUX)
        void listensOnNothingButItsLoopbackAddress() throws Exception {
            new Socket(InetAddress.getLoopbackAddress(), server.port()).close();

            assertThatThrownBy(() ->
                            new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), server.port()).close())
                    .isInstanceOf(java.net.ConnectException.class);
            assertThat(ask(server, "show unix_socket_directories")).isEmpty();
        }

        @Test
        void findsWordsBetweenTypographicMarks() throws Exception {
            assertThat(ask(server, "select to_tsvector('simple', '“Stahl”—Ärger')"))
                    .isEqualTo("'stahl':1 'ärger':2");
        }
    }

    @Test
    void keepsDataPortPasswordAndKeyOverARestart() throws Exception {
        int port;
        String password;
        OwnKey key;
        try (var server = start()) {
            execute(server, "create table kept as select 42 as answer");
            port = server.port();
            password = server.password();
            key = server.key();
        }

        try (var server = start()) {
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.password()).isEqualTo(password);
            assertThat(server.key()).isEqualTo(key);
        }
    }

    @Test
    void keepsDataThatIsOld() throws Exception {
        try (var server = start()) {
            execute(server, "create table kept as select 42 as answer");
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            }
        }

        try (var server = start()) {
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void comesBackWithItsDataWhenItIsKilled() throws Exception {
        try (var server = start()) {
            execute(server, "create table kept as select 42 as answer");
            long killed = server.pid();
            int port = server.port();

            ProcessHandle.of(killed).orElseThrow().destroyForcibly();

            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> server.pid() != killed
                            && ask(server, "select answer from kept").equals("42"));
            assertThat(server.port()).isEqualTo(port);
        }
    }

    @Test
    void comesBackThoughAStatementOfTheKilledServerStillRuns() throws Exception {
        try (var server = start();
                Connection busy = connect(server);
                Statement statement = busy.createStatement()) {
            var running = new Thread(() -> runEndlessly(statement));
            running.start();
            await().until(() -> ask(
                            server,
                            "select count(*) from pg_stat_activity where query like '%endless%'"
                                    + " and pid <> pg_backend_pid()")
                    .equals("1"));

            ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> ask(server, "select 1").equals("1"));
            running.join();
        }
    }

    private static void runEndlessly(Statement statement) {
        try {
            statement.execute("do $$ begin /* endless */ loop end loop; end $$");
        } catch (SQLException e) {
            // Ended with its server.
        }
    }

    @Test
    void startsThoughItsPidFileNamesSomebodyElse() throws Exception {
        try (var server = start()) {
            execute(server, "create table kept as select 42 as answer");
        }
        long somebody = ProcessHandle.current().pid();
        Files.writeString(directory.resolve("postgres/data/postmaster.pid"), somebody + "\n/elsewhere\n");

        try (var server = start()) {
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
        }
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void takesAnotherPortWhenSomebodyHasItsOwn() throws Exception {
        int port;
        try (var server = start()) {
            port = server.port();
        }

        try (var taken = new java.net.ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var server = start()) {
            assertThat(server.port()).isNotEqualTo(taken.getLocalPort());
            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void refusesAFolderThatThisProcessUses() {
        try (var server = start()) {
            assertThatExceptionOfType(EmbeddedServerFailure.class)
                    .isThrownBy(this::start)
                    .withMessageContaining("in use by this process");
            assertThat(server.pid()).isPositive();
        }
    }

    @Test
    void refusesDataOfAnotherVersion() throws IOException {
        start().close();
        Files.writeString(directory.resolve("postgres/data/PG_VERSION"), "12\n");

        assertThatExceptionOfType(EmbeddedServerFailure.class)
                .isThrownBy(this::start)
                .withMessageContaining("written by PostgreSQL 12");
    }

    @Test
    void makesTheClusterAnewWhenItsMakingWasBrokenOff() throws Exception {
        Files.createDirectories(directory.resolve("postgres/data.new/base"));
        Files.writeString(directory.resolve("postgres/data.new/PG_VERSION"), "18\n");

        try (var server = start()) {
            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
    }
}
