package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers as the HTTP contract says, with what a test has put in; remembers what it was asked. */
final class StandInService implements AutoCloseable {

    /** One request. The body is in ISO-8859-1, which keeps every byte. */
    record Asked(
            String method,
            String path,
            @Nullable String query,
            String body,
            @Nullable String ifNoneMatch,
            @Nullable String authorization,
            @Nullable String contentType,
            @Nullable String idempotencyKey,
            long nanos) {}

    /** @param retryAfter in seconds */
    private record Answer(
            int status,
            String body,
            @Nullable String etag,
            @Nullable Integer retryAfter) {

        Answer(int status, String body, @Nullable String etag) {
            this(status, body, etag, null);
        }
    }

    /** The connection ends without an answer. */
    private static final Answer CUT = new Answer(0, "", null);

    private static final String CANCELLED = batch("CANCELLED", true, 100, 2, 0, 0);

    private static final String LIMITS = """
            {"maxDocumentBytes": 1000, "maxRequestBytes": 1000000, "maxDocuments": 100, "maxMetadataBytes": 16384,
             "maxOpenJobs": 100, "maxOpenJobsPerWorkspace": 100}
            """;

    private final HttpServer server;
    private final List<Asked> asked = new ArrayList<>();
    private final Deque<Answer> batches = new ArrayDeque<>();
    private final Deque<Answer> jobs = new ArrayDeque<>();
    private final Deque<Answer> submissions = new ArrayDeque<>();
    private Answer search = new Answer(200, "{\"items\": [], \"mode\": \"hybrid\", \"model\": \"onnx/x\"}", null);

    StandInService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/", this::answer);
        server.start();
    }

    static String batch(String state, boolean terminal, int percent, int total, int succeeded, int dead) {
        return """
                {"id": "0197", "name": "demo", "state": "%s", "terminal": %s, "priority": "normal", "counts":
                {"total": %d, "scheduled": 0, "queued": 0, "running": 1, "retrying": 0, "succeeded": %d, "dead": %d,
                "cancelled": 0}, "progress": {"percent": %d, "documentsPerMinute": null}, "eta": {"seconds": 4}}
                """.formatted(state, terminal, total, succeeded, dead, percent);
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + port() + "/api/v1");
    }

    int port() {
        return server.getAddress().getPort();
    }

    StandInService refusing(int status, String problem) {
        submissions.add(new Answer(status, problem, null));
        return this;
    }

    /** The next submission is to come again so many seconds later. */
    StandInService thenBusy(int status, int retryAfter) {
        submissions.add(new Answer(status, "{\"code\": \"queue-full\"}", null, retryAfter));
        return this;
    }

    /** The next submission arrives, and its answer does not. */
    StandInService thenCut() {
        submissions.add(CUT);
        return this;
    }

    /** The next submission is accepted; without this all are. */
    StandInService thenAccept() {
        submissions.add(new Answer(202, batch("QUEUED", false, 0, 2, 0, 0), null));
        return this;
    }

    /** The next answer about the batch; the last one is given again and again. */
    StandInService thenBatch(String etag, String body) {
        batches.add(new Answer(200, body, etag));
        return this;
    }

    StandInService thenBatchUnchanged() {
        batches.add(new Answer(304, "", null));
        return this;
    }

    StandInService thenJobs(String body) {
        jobs.add(new Answer(200, body, null));
        return this;
    }

    StandInService finding(String body) {
        search = new Answer(200, body, null);
        return this;
    }

    synchronized List<Asked> asked(String method, String path) {
        return asked.stream()
                .filter(each -> each.method().equals(method) && each.path().equals("/api/v1" + path))
                .toList();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(new Asked(
                exchange.getRequestMethod(),
                path,
                exchange.getRequestURI().getQuery(),
                new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1),
                exchange.getRequestHeaders().getFirst("If-None-Match"),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                System.nanoTime()));
        Answer answer =
                switch (exchange.getRequestMethod() + " " + path) {
                    case "POST /api/v1/batches" -> {
                        if (submissions.isEmpty()) {
                            thenAccept();
                        }
                        yield next(submissions);
                    }
                    case "GET /api/v1/limits" -> new Answer(200, LIMITS, null);
                    case "POST /api/v1/batches/0197/cancel" -> new Answer(200, CANCELLED, null);
                    case "GET /api/v1/batches/0197" -> next(batches);
                    case "GET /api/v1/batches/0197/jobs" -> next(jobs);
                    case "POST /api/v1/search" -> search;
                    default -> new Answer(404, "", null);
                };
        if (answer.equals(CUT)) {
            exchange.close();
            return;
        }
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", answer.retryAfter().toString());
        }
        if (answer.etag() != null) {
            exchange.getResponseHeaders().set("ETag", answer.etag());
        }
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Answer next(Deque<Answer> answers) {
        return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
