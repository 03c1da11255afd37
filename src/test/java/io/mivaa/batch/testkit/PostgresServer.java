package io.mivaa.batch.testkit;

import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.testkit.RealServers.Database;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The PostgreSQL server that this test JVM uses.
 *
 * @param urlPattern JDBC URL with {@code %s} for the database
 * @param administrationDatabase a database that exists from the start
 * @param strategy clause that tells how a new database is copied from its template, or empty: copying the files is
 *     fastest in memory, but on a disk it waits until all of them are written
 * @param created the databases created by the tests
 */
record PostgresServer(
        String urlPattern,
        String username,
        String password,
        String administrationDatabase,
        String strategy,
        Queue<String> created) {

    private static final String IMAGE = "pgvector/pgvector:pg17";
    private static final long ORDERLY_MILLIS = 200;

    static PostgresServer start() {
        String given = System.getenv("TEST_DATABASE_URL");
        if (given != null && !given.isBlank()) {
            return at(given);
        }
        return TestFolder.WITH_CONTAINERS ? container() : embedded();
    }

    Database database(String name) {
        return new Database(urlPattern.formatted(name), username, password);
    }

    Database administration() {
        return database(administrationDatabase);
    }

    void created(String name) {
        created.add(name);
    }

    @Override
    public String toString() {
        return urlPattern;
    }

    /** This server outlives the JVM, so the databases are dropped when the JVM ends. */
    private static PostgresServer at(String url) {
        var server = of(url);
        Runtime.getRuntime().addShutdownHook(new Thread(server::dropAll));
        return server;
    }

    static PostgresServer of(String url) {
        var uri = UriComponentsBuilder.fromUriString(url.substring("jdbc:".length()))
                .build();
        String query = uri.getQuery() == null ? "" : "?" + uri.getQuery().replace("%", "%%");
        return new PostgresServer(
                "jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + "/%s" + query,
                parameter(uri, "user"),
                parameter(uri, "password"),
                String.valueOf(uri.getPath()).substring(1),
                "",
                new ConcurrentLinkedQueue<>());
    }

    private static String parameter(UriComponents uri, String name) {
        String value = uri.getQueryParams().getFirst(name);
        return value == null ? "" : URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private void dropAll() {
        try (Connection connection = administration().connect();
                Statement statement = connection.createStatement()) {
            for (String name : created) {
                statement.execute("drop database if exists " + name + " with (force)");
            }
        } catch (SQLException e) {
            System.err.println("Test databases stay in " + urlPattern + ": " + e.getMessage());
        }
    }

    @SuppressWarnings("resource") // removed by Testcontainers when the JVM ends
    private static PostgresServer container() {
        var container = new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"));
        container.withCommand("postgres", "-c", "max_connections=300");
        container.start();
        return new PostgresServer(
                "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(5432) + "/%s",
                container.getUsername(),
                container.getPassword(),
                container.getDatabaseName(),
                "",
                new ConcurrentLinkedQueue<>());
    }

    private static PostgresServer embedded() {
        Path folder = TestFolder.create("postgres");
        var server = EmbeddedPostgresServer.start(
                folder, RealServers.binaries(), List.of("max_connections=300", "shared_buffers=64MB"));
        TestFolder.deleteAtEnd(folder, () -> stopAtOnce(server));
        return new PostgresServer(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/%s",
                server.username(),
                server.password(),
                "postgres",
                TestFolder.IN_MEMORY ? "strategy file_copy" : "",
                new ConcurrentLinkedQueue<>());
    }

    /** An orderly shutdown would first sync every file of every test database, which takes half a minute. */
    private static void stopAtOnce(EmbeddedPostgresServer server) throws Exception {
        Thread stop = new Thread(server::close);
        stop.start();
        // The server would be restarted if it ended before the stop began.
        stop.join(ORDERLY_MILLIS);
        new ProcessBuilder("kill", "-QUIT", Long.toString(server.pid())).start();
        stop.join();
    }
}
