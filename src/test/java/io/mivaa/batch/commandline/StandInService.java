package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** ResponseBody as the HTTP contract says, with what a test has put in; remembers what it was asked. */
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
    private record Reply(
            int status,
            String body,
            @Nullable String etag,
            @Nullable Integer retryAfter,
            @Nullable String location) {

        Reply(int status, String body, @Nullable String etag) {
            this(status, body, etag, null, null);
        }
    }

    /** The connection ends without an answer. */
    private static final Reply CUT = new Reply(0, "", null);

    /** The same, after some of the body was read slowly. */
    private static final Reply CUT_SLOWLY = new Reply(1, "", null);

    private static final int TORN = 2;

    private static final String CANCELLED = batch("CANCELLED", true, 100, 2, 0, 0);

    private static final String LIMITS = """
            {"maxDocumentBytes": %d, "maxRequestBytes": 1000000, "maxDocuments": 100, "maxMetadataBytes": %d,
             "maxOpenJobs": 100, "maxOpenJobsPerWorkspace": 100}
            """;

    private final HttpServer server;
    private final List<Asked> asked = new ArrayList<>();
    private final Deque<Reply> batches = new ArrayDeque<>();
    private final Deque<Reply> jobs = new ArrayDeque<>();
    private final Deque<Reply> submissions = new ArrayDeque<>();
    private final Deque<Reply> results = new ArrayDeque<>();
    private Reply list = new Reply(404, "", null);
    private Reply search = new Reply(200, "{\"items\": [], \"mode\": \"hybrid\", \"model\": \"onnx/x\"}", null);

    private final long maxDocumentBytes;
    private final int maxMetadataBytes;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean resultsWithoutEnd;
    private boolean silentAboutCancel;

    StandInService() throws IOException {
        this(1000, 16_384);
    }

    StandInService(long maxDocumentBytes, int maxMetadataBytes) throws IOException {
        this.maxDocumentBytes = maxDocumentBytes;
        this.maxMetadataBytes = maxMetadataBytes;
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
        submissions.add(new Reply(status, problem, null));
        return this;
    }

    /** The next submission is to come again so many seconds later. */
    StandInService thenBusy(int status, int retryAfter) {
        submissions.add(new Reply(status, "{\"code\": \"queue-full\"}", null, retryAfter, null));
        return this;
    }

    /** The next submission arrives, and its answer does not. */
    StandInService thenCut() {
        submissions.add(CUT);
        return this;
    }

    /** While the next submission is still under way, and has been for three seconds, its connection ends. */
    StandInService thenCutSlowly() {
        submissions.add(CUT_SLOWLY);
        return this;
    }

    StandInService thenMoved(String location) {
        submissions.add(new Reply(308, "", null, null, location));
        return this;
    }

    /** Results of a batch, as long as somebody reads them. */
    StandInService withResultsWithoutEnd() {
        resultsWithoutEnd = true;
        return this;
    }

    /** To cancel is not answered. */
    StandInService silentAboutCancel() {
        silentAboutCancel = true;
        return this;
    }

    /** The next submission is accepted; without this all are. */
    StandInService thenAccept() {
        submissions.add(new Reply(202, batch("QUEUED", false, 0, 2, 0, 0), null));
        return this;
    }

    /** The next answer about the batch; the last one is given again and again. */
    StandInService thenBatch(String etag, String body) {
        batches.add(new Reply(200, body, etag));
        return this;
    }

    StandInService thenBatchBusy() {
        batches.add(new Reply(503, "", null));
        return this;
    }

    /** The next results. */
    StandInService thenResults(String body) {
        results.add(new Reply(200, body, null));
        return this;
    }

    /** The next results break off after this. */
    StandInService thenTornResults(String body) {
        results.add(new Reply(TORN, body, null));
        return this;
    }

    StandInService listing(String body) {
        list = new Reply(200, body, null);
        return this;
    }

    StandInService thenBatchUnchanged() {
        batches.add(new Reply(304, "", null));
        return this;
    }

    StandInService thenJobs(String body) {
        jobs.add(new Reply(200, body, null));
        return this;
    }

    StandInService finding(String body) {
        search = new Reply(200, body, null);
        return this;
    }

    synchronized List<Asked> asked(String method, String path) {
        return asked.stream()
                .filter(each -> each.method().equals(method) && each.path().equals("/api/v1" + path))
                .toList();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/batches") && CUT_SLOWLY.equals(submissions.peek())) {
            submissions.remove();
            readSlowly(exchange.getRequestBody());
            exchange.close();
            return;
        }
        if (resultsWithoutEnd && path.endsWith("/results")) {
            tellResultsWithoutEnd(exchange);
            return;
        }
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
        if (silentAboutCancel && path.endsWith("/cancel")) {
            awaitClosed();
        }
        Reply answer =
                switch (exchange.getRequestMethod() + " " + path) {
                    case "POST /api/v1/batches" -> {
                        if (submissions.isEmpty()) {
                            thenAccept();
                        }
                        yield next(submissions);
                    }
                    case "GET /api/v1/limits" ->
                        new Reply(200, LIMITS.formatted(maxDocumentBytes, maxMetadataBytes), null);
                    case "POST /api/v1/batches/0197/cancel" -> new Reply(200, CANCELLED, null);
                    case "GET /api/v1/batches/0197" -> next(batches);
                    case "GET /api/v1/batches" -> list;
                    case "GET /api/v1/batches/0197/results" ->
                        results.isEmpty() ? new Reply(404, "", null) : next(results);
                    case "GET /api/v1/batches/0197/jobs" -> next(jobs);
                    case "POST /api/v1/search" -> search;
                    default -> new Reply(404, "", null);
                };
        if (answer.equals(CUT)) {
            exchange.close();
            return;
        }
        if (answer.status() == TORN) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(answer.body().getBytes(UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
            return;
        }
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", answer.retryAfter().toString());
        }
        if (answer.location() != null) {
            exchange.getResponseHeaders().set("Location", answer.location());
        }
        if (answer.etag() != null) {
            exchange.getResponseHeaders().set("ETag", answer.etag());
        }
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Less than the megabytes that the sockets keep would go out at once. */
    private static void readSlowly(InputStream body) throws IOException {
        for (long began = System.nanoTime(); System.nanoTime() - began < 3_000_000_000L; ) {
            body.readNBytes(200_000);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void tellResultsWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            while (true) {
                out.write("{}\n".getBytes(UTF_8));
                out.flush();
                LockSupport.parkNanos(10_000_000);
            }
        } catch (IOException e) {
            // Nobody reads any more.
        }
    }

    private static Reply next(Deque<Reply> answers) {
        return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
