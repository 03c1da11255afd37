package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The folder of one embedded server with its data and its log. Only the owner can read it. It is locked while it is open,
 * so two services never write the same data.
 */
final class ServerFolder implements AutoCloseable {

    /** Starts a server in an open folder. */
    interface Start<T> {
        T in(ServerFolder folder) throws IOException, InterruptedException;
    }

    private static final long LOG_LIMIT_BYTES = 4L << 20;
    private static final int LOG_LINES_SHOWN = 8;
    private static final int KEY_BYTES = 32;

    private final Path path;
    private final DataFolderLock lock;

    private ServerFolder(Path path, DataFolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder if it is absent and locks it.
     *
     * @throws EmbeddedServerFailure when this or another process uses it
     */
    static ServerFolder open(Path directory) throws IOException {
        PrivateFiles.createDirectory(directory);
        Path path = directory.toRealPath();
        return new ServerFolder(path, DataFolderLock.take(path));
    }

    /**
     * Starts a server in the directory. When the start fails, the folder is closed again.
     *
     * @param name of the server, for people
     * @param property the setting that names a server to use instead
     * @throws EmbeddedServerFailure when the server cannot run
     */
    static <T> T start(String name, String property, Path directory, Start<T> start) {
        ServerFolder folder = null;
        T server = null;
        try {
            folder = open(directory);
            server = start.in(folder);
            return server;
        } catch (IOException e) {
            throw new EmbeddedServerFailure(
                    "The embedded " + name + " in " + directory + " cannot be started: " + e,
                    "Fix the cause, or configure a " + name + " of your own (" + property + ").",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerFailure(
                    "The start of " + name + " was interrupted.", "Start the service again.", e);
        } finally {
            if (folder != null && server == null) {
                folder.close();
            }
        }
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("server.log");
    }

    /** The last lines of the server's log. */
    List<String> logTail() {
        try {
            List<String> lines = Files.readAllLines(log(), UTF_8);
            return lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Puts the log of earlier runs aside if it is larger than 4 MiB. One such log is kept. */
    void rotateLog() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > LOG_LIMIT_BYTES) {
            Files.move(log(), path.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A random key of 256 bits, created once. It has a file of its own, so it can be kept apart from copies of the data. */
    OwnKey key() throws IOException {
        Path file = path.resolve("secrets.key");
        if (!Files.exists(file)) {
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            PrivateFiles.write(file, Base64.getEncoder().encodeToString(random) + "\n");
        }
        return new OwnKey(file, Files.readString(file));
    }

    /** Releases the lock. */
    @Override
    public void close() {
        lock.close();
    }
}
