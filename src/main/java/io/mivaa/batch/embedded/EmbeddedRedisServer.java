package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Redis server that the service starts for itself. It listens on 127.0.0.1 only, requires a password, and is restarted
 * on the same port when it dies. It writes nothing to disk and always starts empty: Redis holds only hints, and the
 * service restores them from PostgreSQL.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedRedisServer implements AutoCloseable {

    private static final String NAME = "Redis";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_LIMIT_MILLIS = 1_000;

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
        this.settings = settings;
        var properties = ServerProperties.in(folder.path());
        this.password = properties.password();
        folder.rotateLog();
        PrivateFiles.createDirectory(data());
        endLeftovers();
        this.port = properties.port();
        this.supervisor = Supervisor.start(NAME, this::launch, Process::destroy);
    }

    /**
     * Starts an empty server and returns when it answers.
     *
     * @param directory of this server alone; created when absent
     * @param binaries where the program is unpacked; several servers of the same owner may share it
     * @param settings further lines of the configuration file
     * @throws EmbeddedServerFailure when the server cannot run; the message is for the user
     */
    public static EmbeddedRedisServer start(Path directory, Path binaries, List<String> settings) {
        return ServerFolder.start(
                NAME,
                "spring.data.redis.url",
                directory,
                folder -> new EmbeddedRedisServer(folder, binaries, List.copyOf(settings)));
    }

    /** Contains the password, so it must not be logged. */
    public String uri() {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** The id of the current server process. It changes when the server is restarted. */
    public long pid() {
        return supervisor.pid();
    }

    /** Stops the server and releases the folder. */
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

    private Path pidFile() {
        return data().resolve("redis.pid");
    }

    private void endLeftovers() throws IOException, InterruptedException {
        var leftovers = new Leftovers(program, data(), pidFile());
        leftovers.end(() -> leftovers.find().forEach(ProcessHandle::destroy), PATIENCE);
    }

    private Process launch() throws IOException, InterruptedException {
        endLeftovers();
        Path configuration = folder.path().resolve("redis.conf");
        PrivateFiles.write(configuration, String.join("\n", configuration()) + "\n");
        return Launcher.launch(
                NAME, List.of(program.toString(), configuration.toString()), folder, process -> isReady());
    }

    /** For a file that only the owner can read: all users of the machine can see a command line. */
    private List<String> configuration() {
        var lines = new ArrayList<>(List.of("save \"\"", "appendonly no"));
        lines.addAll(settings);
        lines.addAll(List.of(
                "bind 127.0.0.1",
                "port " + port,
                "requirepass " + password,
                "daemonize no",
                "dir " + quoted(data()),
                "pidfile " + quoted(pidFile()),
                "maxmemory-policy noeviction"));
        return lines;
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\") + "\"";
    }

    private boolean isReady() {
        try (var socket = new Socket()) {
            socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_LIMIT_MILLIS);
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(US_ASCII));
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            return "+OK".equals(reader.readLine()) && "+PONG".equals(reader.readLine());
        } catch (IOException e) {
            return false;
        }
    }
}
