package io.mivaa.batch.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An embedding provider on this machine. It speaks HTTP with a socket alone, because a proper server would not let it
 * misbehave. Each answer that a test has scripted is given once, in turn; after that it answers well: the vector of a
 * text is {@code (length, 1)}, of no unit length. Thread-safe.
 */
public final class StandInProvider implements AutoCloseable {

    private final ServerSocket socket;
    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A request as it came; the names of headers are in lower case. */
    public record Request(String path, Map<String, String> headers, JsonNode body) {

        public List<String> input() {
            return body.path("input").valueStream().map(JsonNode::asString).toList();
        }
    }

    /** Writes whatever it likes; the connection ends when it returns. */
    @FunctionalInterface
    public interface Answer {
        void write(Request request, OutputStream out, StandInProvider provider) throws IOException;
    }

    public StandInProvider() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("provider", this::serve);
    }

    public String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public StandInProvider then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** A whole answer. */
    public static Answer status(String status, String body, String... headers) {
        return (request, out, provider) -> out.write(("HTTP/1.1 " + status + "\r\n"
                        + String.join(
                                "",
                                List.of(headers).stream().map(h -> h + "\r\n").toList())
                        + "Content-Length: " + body.getBytes(UTF_8).length + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(UTF_8));
    }

    public static Answer ok(String body) {
        return status("200 OK", body, "Content-Type: application/json");
    }

    /** Whatever is there, byte for byte. */
    public static Answer raw(String bytes) {
        return (request, out, provider) -> out.write(bytes.getBytes(UTF_8));
    }

    /** After that nothing more comes, but the connection stands until the provider is closed. */
    public static Answer hanging(String bytes) {
        return (request, out, provider) -> {
            out.write(bytes.getBytes(UTF_8));
            out.flush();
            provider.untilClosed();
        };
    }

    /** How a provider answers that works. */
    public static Answer well() {
        return (request, out, provider) -> {
            List<String> input = request.input();
            StringBuilder data = new StringBuilder();
            for (int i = 0; i < input.size(); i++) {
                data.append(i == 0 ? "" : ",")
                        .append("{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":["
                                + input.get(i).length() + ",1]}");
            }
            ok("{\"object\":\"list\",\"data\":[" + data + "],\"model\":\"m\",\"usage\":{\"total_tokens\":1}}")
                    .write(request, out, provider);
        };
    }

    private void untilClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                start("provider-connection", () -> answer(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            List<String> head = head(in);
            Map<String, String> headers = new HashMap<>();
            for (String line : head.subList(1, head.size())) {
                headers.put(
                        line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                        line.substring(line.indexOf(':') + 1).strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            Request request = new Request(
                    head.get(0).split(" ", -1)[1], headers, JsonMapper.shared().readTree(body));
            requests.add(request);
            Answer next = script.poll();
            OutputStream out = connection.getOutputStream();
            (next == null ? well() : next).write(request, out, this);
            out.flush();
        } catch (IOException | RuntimeException e) {
            // The client has gone away, or hears nothing, and that is what it is told.
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            bytes.write(next);
        }
        return bytes.toString(UTF_8).lines().filter(line -> !line.isEmpty()).collect(Collectors.toList());
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
