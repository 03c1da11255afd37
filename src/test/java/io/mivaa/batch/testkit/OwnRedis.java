package io.mivaa.batch.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mivaa.batch.embedded.EmbeddedRedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A real Redis of one test, which may be frozen, filled up, stopped, and started again on less than it had or on what
 * it had before; always on the same port. Not thread-safe.
 */
public final class OwnRedis implements AutoCloseable {

    private static final int ANSWER_LIMIT_MILLIS = 5_000;

    /** So that it comes back with what it had, which the service's own Redis does not. */
    private static final List<String> KEEPING =
            List.of("appendonly yes", "appendfilename appendonly.aof", "appendfsync everysec");

    private final Path folder;
    private EmbeddedRedisServer server;

    /** @param folder of this server alone */
    public OwnRedis(Path folder) {
        this.folder = folder;
        this.server = start();
    }

    private EmbeddedRedisServer start() {
        return EmbeddedRedisServer.start(folder, RealServers.binaries(), KEEPING);
    }

    public String uri() {
        return server.uri();
    }

    /**
     * Says a line to it on a connection of its own.
     *
     * @return the first line of the answer
     */
    public String say(String line) {
        try (Socket socket = connect()) {
            send(socket, line);
            return answer(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says a line whose answer is not waited for: it comes late, or never. */
    public Socket sayAndGoOn(String line) {
        try {
            Socket socket = connect();
            send(socket, line);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
        send(socket, "AUTH " + server.password());
        String welcome = answer(socket);
        if (!welcome.equals("+OK")) {
            throw new IOException(welcome);
        }
        return socket;
    }

    private static void send(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
        return line == null ? "" : line;
    }

    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(server.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets it be gone until it is started again. */
    public void stop() {
        server.close();
    }

    public void startAgain() {
        server = start();
    }

    /** From now on a command is in the append-only file before it is answered. */
    public void writeAtOnce() {
        say("CONFIG SET appendfsync always");
    }

    /** How much there is in the append-only file. */
    public long written() {
        try {
            return Files.size(appendOnlyFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restarts it with no more than this of its append-only file, wherever within a command that ends. */
    public void restartWithOnly(long bytes) {
        stop();
        try (RandomAccessFile file = new RandomAccessFile(appendOnlyFile().toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAgain();
    }

    /** Takes a snapshot to go back to. */
    public void takeSnapshot() {
        say("SAVE");
    }

    /** Restarts it on the snapshot that was taken, whatever happened since. */
    public void restartOnTheSnapshot() {
        stop();
        try {
            // An append-only file may begin with a snapshot; this one is nothing else.
            Files.copy(folder.resolve("data/dump.rdb"), appendOnlyFile(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAgain();
    }

    private Path appendOnlyFile() {
        return folder.resolve("data/appendonly.aof");
    }

    @Override
    public void close() {
        thaw();
        server.close();
    }
}
