package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis of our own: with an append-only file, reachable from 127.0.0.1 only and with a password, started again
 * when it dies, on the same port with the same data.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedRedisServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedisServer.class);
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 20;
    private static final long LOG_LIMIT = 4L << 20;
    private static final String APPEND_ONLY_FILE = "appendonly.aof";

    private final ServerFolder folder;
    private final Path program;
    private final int port;
    private final String password;
    private final List<String> settings;
    private final Supervisor supervisor;

    private EmbeddedRedisServer(ServerFolder folder, Path binaries, List<String> settings)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.program = new Binaries(binaries).redis();
        this.password = folder.password();
        this.settings = settings;
        folder.shortenLog(LOG_LIMIT);
        ServerFolder.createPrivate(data());
        leftovers().end(this::stopLeftovers, PATIENCE);
        this.port = folder.port();
        this.supervisor = Supervisor.start("Redis", this::launch, Process::destroy);
    }

    /**
     * Starts the server on the data in the directory, which is created when absent, and returns when it answers.
     *
     * @param directory of this server alone
     * @param binaries where the program is unpacked; may be shared by several servers of the same owner
     * @param settings further lines of its configuration file
     * @throws EmbeddedServerFailure with a sentence for the user when it cannot run
     */
    public static EmbeddedRedisServer start(Path directory, Path binaries, List<String> settings) {
        ServerFolder folder = null;
        try {
            folder = ServerFolder.open(directory);
            return new EmbeddedRedisServer(folder, binaries, List.copyOf(settings));
        } catch (IOException e) {
            close(folder);
            throw new EmbeddedServerFailure(
                    "The embedded Redis in " + directory + " cannot be started: " + e,
                    "Mend what is said there, or configure a Redis of your own (spring.data.redis.url).",
                    e);
        } catch (InterruptedException e) {
            close(folder);
            Thread.currentThread().interrupt();
            throw new EmbeddedServerFailure("The start of Redis was interrupted.", "Start the service again.", e);
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

    /** With the password, so not for a log. */
    public String uri() {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** The process of the server as it runs now; a restarted server has another one. */
    public long pid() {
        return supervisor.pid();
    }

    /** Stops the server, which first writes out everything, and frees the folder. */
    @Override
    public void close() {
        try {
            supervisor.close();
        } finally {
            folder.close();
        }
    }

    private Path data() {
        return folder.path().resolve("data");
    }

    private Leftovers leftovers() {
        return new Leftovers(program, data(), data().resolve("redis.pid"));
    }

    private void stopLeftovers() {
        leftovers().find().forEach(ProcessHandle::destroy);
    }

    /** A broken append-only file is put aside: Redis holds only hints, and PostgreSQL knows every job without them. */
    private Process launch() throws IOException, InterruptedException {
        try {
            return launchOnce();
        } catch (EmbeddedServerFailure e) {
            boolean broken =
                    folder.lastWords().stream().anyMatch(line -> line.contains("reading the append only file"));
            if (!broken) {
                throw e;
            }
            Path aside = data().resolve(APPEND_ONLY_FILE + ".broken");
            Files.move(data().resolve(APPEND_ONLY_FILE), aside, StandardCopyOption.REPLACE_EXISTING);
            log.warn(
                    "The append-only file of the embedded Redis is broken; it is kept as {} and Redis begins anew.",
                    aside);
            return launchOnce();
        }
    }

    private Process launchOnce() throws IOException, InterruptedException {
        leftovers().end(this::stopLeftovers, PATIENCE);
        Path configuration = folder.path().resolve("redis.conf");
        ServerFolder.writePrivate(configuration, String.join("\n", configuration()) + "\n");
        List<String> command = Launcher.detached(List.of(program.toString(), configuration.toString()));
        Process process =
                Launcher.process(command, folder.path(), folder.log().toFile()).start();
        try {
            awaitReady(process);
            return process;
        } catch (InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** In a file that only the owner can read: everybody sees a command line. */
    private List<String> configuration() {
        var lines = new ArrayList<>(settings);
        lines.addAll(List.of(
                "bind 127.0.0.1",
                "port " + port,
                "requirepass " + password,
                "daemonize no",
                "dir \"" + data().toString().replace("\\", "\\\\") + "\"",
                "pidfile \"" + data().resolve("redis.pid").toString().replace("\\", "\\\\") + "\"",
                "save \"\"",
                "appendonly yes",
                "appendfilename " + APPEND_ONLY_FILE,
                "appendfsync everysec",
                "maxmemory-policy noeviction"));
        return lines;
    }

    private void awaitReady(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw EmbeddedServerFailure.withLog(
                        process.isAlive()
                                ? "Redis did not become ready within " + READY_LIMIT.toSeconds() + " seconds."
                                : "Redis ended while it started.",
                        folder.lastWords());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** While it still reads its file, Redis answers with an error. */
    private boolean answers() {
        try (var socket = new Socket()) {
            socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) ANSWER_LIMIT.toMillis());
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(US_ASCII));
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            return "+OK".equals(reader.readLine()) && "+PONG".equals(reader.readLine());
        } catch (IOException e) {
            return false;
        }
    }
}
