package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where one embedded server keeps what must survive: its data, its port and its password. Readable by the owner only,
 * and locked while open, so that no two services write the same data.
 */
final class ServerFolder implements AutoCloseable {

    /** A POSIX lock is lost when any descriptor of its file is closed, so our own folders must be refused unopened. */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final int LOG_LINES_TOLD = 8;

    /** Behind the text of the lock file: on Windows a locked range cannot be read by others. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /**
     * Below the ports that systems give to outgoing connections: a client that tries to come back while the server is
     * away could otherwise be given the server's own port, and connect to itself.
     */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_000;

    private final Path path;
    private final FileChannel lock;
    private final Properties remembered = new Properties();

    private ServerFolder(Path path, FileChannel lock) throws IOException {
        this.path = path;
        this.lock = lock;
        if (Files.exists(propertiesFile())) {
            try (var reader = Files.newBufferedReader(propertiesFile())) {
                remembered.load(reader);
            }
        }
    }

    /**
     * Creates the folder if need be and takes its lock.
     *
     * @throws EmbeddedServerFailure when it is in use by this or another process
     */
    static ServerFolder open(Path directory) throws IOException {
        createPrivate(directory);
        Path path = directory.toRealPath();
        if (!HELD_BY_THIS_PROCESS.add(path)) {
            throw inUse(path, "this process");
        }
        try {
            return new ServerFolder(path, lock(path));
        } catch (IOException | RuntimeException e) {
            HELD_BY_THIS_PROCESS.remove(path);
            throw e;
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
        if (lock == null) {
            var owner = ByteBuffer.allocate(20);
            channel.read(owner, 0);
            channel.close();
            throw inUse(
                    path,
                    "the process with id "
                            + UTF_8.decode(owner.flip()).toString().trim());
        }
        channel.truncate(0);
        channel.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
        return channel;
    }

    private static EmbeddedServerFailure inUse(Path path, String owner) {
        return new EmbeddedServerFailure(
                "The data folder " + path + " is in use by " + owner + ", and two services cannot share one.",
                "Stop the other service, choose another folder with mivaa.embedded.directory, or let both services use"
                        + " one PostgreSQL and one Redis of your own (spring.datasource.url, spring.data.redis.url).");
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("server.log");
    }

    /** The last lines of the server's own log. */
    List<String> lastWords() {
        try {
            List<String> lines = Files.readAllLines(log(), UTF_8);
            return lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A log of earlier runs is kept until it has grown beyond this many bytes. */
    void shortenLog(long limit) throws IOException {
        if (Files.exists(log()) && Files.size(log()) > limit) {
            Files.move(log(), path.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The remembered port if nobody else has it, otherwise a free one, which is then remembered. */
    int port() throws IOException {
        String before = remembered.getProperty("port");
        if (before != null && isFree(Integer.parseInt(before))) {
            return Integer.parseInt(before);
        }
        int port = ThreadLocalRandom.current()
                .ints(FIRST_PORT, LAST_PORT)
                .filter(ServerFolder::isFree)
                .findFirst()
                .orElseThrow();
        remember("port", Integer.toString(port));
        return port;
    }

    /** A random password, made once: loopback is shared by all users of the machine. */
    String password() throws IOException {
        String password = remembered.getProperty("password");
        if (password == null) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            password = HexFormat.of().formatHex(random);
            remember("password", password);
        }
        return password;
    }

    /** A random key of 256 bits, made once, in a file of its own so that it can be kept apart from copies of the data. */
    OwnKey key() throws IOException {
        Path file = path.resolve("secrets.key");
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            writePrivate(file, Base64.getEncoder().encodeToString(random) + "\n");
        }
        return new OwnKey(file, Files.readString(file));
    }

    private void remember(String key, String value) throws IOException {
        remembered.setProperty(key, value);
        var text = new StringWriter();
        remembered.store(text, "Written by the service. The password protects the server from other users.");
        writePrivate(propertiesFile(), text.toString());
    }

    private Path propertiesFile() {
        return path.resolve("server.properties");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Replaces the file as a whole; only the owner can read it at any moment. */
    static void writePrivate(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (POSIX) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static void createPrivate(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (POSIX) {
            Files.setPosixFilePermissions(directory.toRealPath(), PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Gives the folder to the next one. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(path);
        }
    }
}
