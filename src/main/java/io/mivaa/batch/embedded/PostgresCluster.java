package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL's data folder and the programs that work on it. Thread-safe. */
final class PostgresCluster {

    /** The superuser, and the only user. */
    static final String USER = "mivaa";

    private static final List<String> DEFAULTS = List.of(
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            // Statements and the details of errors may contain text of documents.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse");

    /** The line of the pid file that contains the status. */
    private static final int STATUS_LINE = 7;

    private final ServerFolder folder;
    private final Path home;

    /** @param home the folder whose {@code bin} contains PostgreSQL's programs */
    PostgresCluster(ServerFolder folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    Path path() {
        return folder.path().resolve("data");
    }

    Path program(String name) {
        return home.resolve("bin").resolve(Binaries.programName(name));
    }

    Leftovers leftovers() {
        return new Leftovers(program("postgres"), path(), pidFile());
    }

    /** @throws EmbeddedServerFailure when the data was written by another major version of PostgreSQL */
    void createIfAbsent(String password) throws IOException, InterruptedException {
        if (Files.exists(path())) {
            refuseOtherVersion();
        } else {
            new NewCluster(folder, this).create(password);
        }
    }

    private void refuseOtherVersion() throws IOException, InterruptedException {
        String theirs = Files.readString(path().resolve("PG_VERSION")).trim();
        Process version = new ProcessBuilder(program("postgres").toString(), "--version").start();
        String ours = new String(version.getInputStream().readAllBytes(), UTF_8).trim();
        version.waitFor();
        if (!ours.contains(" " + theirs + ".")) {
            throw new EmbeddedServerFailure(
                    "The data in " + path() + " was written by PostgreSQL " + theirs + ", which this build, with "
                            + ours + ", cannot read.",
                    "Choose another folder with mivaa.embedded.directory, or use the earlier build.");
        }
    }

    /** Settings are on the command line and not in a file, so that nothing in the data folder can turn durability off. */
    List<String> serverCommand(int port, List<String> settings) {
        var all = new ArrayList<>(DEFAULTS);
        all.addAll(settings);
        all.addAll(List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "shared_preload_libraries=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on"));
        var command = new ArrayList<>(List.of(program("postgres").toString(), "-D", path().toString()));
        all.forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }

    /** Whether the process is the server of this cluster and accepts connections. */
    boolean isReady(Process server) throws IOException {
        if (!Files.exists(pidFile())) {
            return false;
        }
        List<String> lines = Files.readAllLines(pidFile());
        return lines.size() > STATUS_LINE
                && lines.get(0).trim().equals(Long.toString(server.pid()))
                && lines.get(STATUS_LINE).trim().equals("ready");
    }

    private Path pidFile() {
        return path().resolve("postmaster.pid");
    }

    /**
     * Asks the server to stop and does not wait for it. pg_ctl does this because Java cannot send the signal, and Windows
     * has none.
     */
    void stop(String mode) {
        try {
            Launcher.run(
                    List.of(program("pg_ctl").toString(), "stop", "--pgdata=" + path(), "--mode=" + mode, "--no-wait"),
                    folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
