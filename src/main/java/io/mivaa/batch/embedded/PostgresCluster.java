package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's data folder and the programs that work on it. */
final class PostgresCluster {

    /** The superuser, and the only one. */
    static final String USER = "mivaa";

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);

    /**
     * Decides what counts as a letter, and thereby where full-text search ends a word: under C a typographic quotation
     * mark or dash would be part of it. The first one that the system has is taken.
     */
    private static final List<String> CHARACTER_TYPES = List.of("C.UTF-8", "en_US.UTF-8", "C");

    private final ServerFolder folder;
    private final Path home;

    /** @param home where PostgreSQL's programs lie in {@code bin} */
    PostgresCluster(ServerFolder folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    Path path() {
        return folder.path().resolve("data");
    }

    Path pidFile() {
        return path().resolve("postmaster.pid");
    }

    Path program(String name) {
        return home.resolve("bin").resolve(Binaries.programName(name));
    }

    Leftovers leftovers() {
        return new Leftovers(program("postgres"), path(), pidFile());
    }

    /** Unless it is there. Made elsewhere and moved, so that a start that was killed leaves no half-made cluster. */
    void create(String password) throws IOException, InterruptedException {
        if (Files.exists(path())) {
            refuseOtherVersion();
            return;
        }
        Path fresh = folder.path().resolve("data.new");
        Path passwordFile = folder.path().resolve("password.new");
        ServerFolder.writePrivate(passwordFile, password);
        try {
            int exitCode = -1;
            for (int i = 0; i < CHARACTER_TYPES.size() && exitCode != 0; i++) {
                if (Files.exists(fresh)) {
                    Binaries.delete(fresh);
                }
                exitCode = run(initdb(fresh, passwordFile, CHARACTER_TYPES.get(i)));
            }
            if (exitCode != 0) {
                throw EmbeddedServerFailure.withLog(
                        "PostgreSQL's data folder " + path() + " could not be made.", folder.lastWords());
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(fresh, path(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Case and order by Unicode and not by the system's locale, so that the same data behaves the same everywhere. */
    private List<String> initdb(Path target, Path passwordFile, String characterType) {
        return List.of(
                program("initdb").toString(),
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--lc-ctype=" + characterType,
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
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

    /** Through pg_ctl, since Java cannot send the signal; on Windows there is none. */
    void stop(String mode) {
        try {
            run(List.of(program("pg_ctl").toString(), "stop", "--pgdata=" + path(), "--mode=" + mode, "--no-wait"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        Process process = Launcher.process(
                        Launcher.unprivileged(command),
                        folder.path(),
                        folder.log().toFile())
                .start();
        if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }
}
