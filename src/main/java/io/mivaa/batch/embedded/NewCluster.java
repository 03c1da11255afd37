package io.mivaa.batch.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Creates the data folder of a PostgreSQL cluster. Used by one thread. */
final class NewCluster {

    /**
     * Decides which characters are letters, and so where full-text search ends a word. Under C, a typographic quotation
     * mark or dash would be part of the word. The first of these that the system supports is used.
     */
    private static final List<String> CHARACTER_TYPES = List.of("C.UTF-8", "en_US.UTF-8", "C");

    private final ServerFolder folder;
    private final PostgresCluster cluster;

    NewCluster(ServerFolder folder, PostgresCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    /** Creates the cluster elsewhere and moves it, so that a start that is killed leaves no incomplete cluster. */
    void create(String password) throws IOException, InterruptedException {
        Path fresh = folder.path().resolve("data.new");
        Path passwordFile = folder.path().resolve("password.new");
        PrivateFiles.write(passwordFile, password);
        try {
            if (!isCreated(fresh, passwordFile)) {
                throw EmbeddedServerFailure.withLog(
                        "PostgreSQL could not create its data folder " + cluster.path() + ".", folder.logTail());
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(fresh, cluster.path(), StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean isCreated(Path fresh, Path passwordFile) throws IOException, InterruptedException {
        for (String characterType : CHARACTER_TYPES) {
            if (Files.exists(fresh)) {
                Binaries.delete(fresh);
            }
            if (Launcher.run(initdb(fresh, passwordFile, characterType), folder)) {
                return true;
            }
        }
        return false;
    }

    /** Case and order follow Unicode and not the system's locale, so the same data behaves the same everywhere. */
    private List<String> initdb(Path target, Path passwordFile, String characterType) {
        return List.of(
                cluster.program("initdb").toString(),
                "--pgdata=" + target,
                "--username=" + PostgresCluster.USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--lc-ctype=" + characterType,
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
    }
}
