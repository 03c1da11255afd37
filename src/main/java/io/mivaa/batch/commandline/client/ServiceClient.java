package io.mivaa.batch.commandline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Jobs;
import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A client of the public HTTP API, as anybody could write it. Thread-safe. */
public final class ServiceClient {

    /**
     * A batch as it was at some moment.
     *
     * @param etag to ask for what is newer than this
     * @param json as it came
     */
    @SuppressWarnings("ArrayRecordComponent")
    public // never compared
    record Seen(Batch batch, @Nullable String etag, byte[] json) {}

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    /** For a body of any size; whether it still moves is watched by whoever sends it. */
    private static final Duration UPLOAD_LIMIT = Duration.ofDays(1);

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_MODIFIED = 304;
    private static final int BUFFER = 1 << 16;

    private final URI base;
    private final @Nullable String apiKey;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** @param base ends with {@code /api/v1} */
    public ServiceClient(URI base, @Nullable String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    public URI base() {
        return base;
    }

    public JsonMapper json() {
        return json;
    }

    /**
     * Sends a batch of any size, aside.
     *
     * @param key the Idempotency-Key: the same for the same documents, however often they have to be sent
     * @param sent is told how many bytes are under way so far
     * @return to be waited for by {@link #answer(CompletableFuture, Duration)}
     */
    public CompletableFuture<ServiceResponse> submit(MultipartBody body, String key, LongConsumer sent) {
        var request = request("/batches", UPLOAD_LIMIT)
                .header("Content-Type", body.contentType())
                .header("Idempotency-Key", key)
                .POST(new CountedBody(body.publisher(), sent));
        return http.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(ServiceResponse::of);
    }

    /** Waits for what was sent aside. @throws TimeoutException when it is not answered yet */
    public ServiceResponse answer(CompletableFuture<ServiceResponse> sent, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? told(failure) : new IOException(e.getCause());
        }
    }

    /** The batch that a submission was answered with. */
    public Seen accepted(ServiceResponse answer) throws Refused {
        answer.expect(json, ACCEPTED);
        return new Seen(read(answer, Batch.class), null, answer.body());
    }

    /**
     * The batch as soon as it differs from what was seen, or nothing when it does not change within {@code wait}.
     *
     * @param seen null to get it as it is
     */
    public Optional<Seen> batch(String id, @Nullable String seen, Duration wait)
            throws IOException, InterruptedException {
        String query = wait.isZero() ? "" : "?wait=" + wait.toSeconds();
        var request = request("/batches/" + encoded(id) + query, wait.plus(ANSWER_LIMIT));
        if (seen != null) {
            request.header("If-None-Match", seen);
        }
        ServiceResponse answer = send(request, OK, NOT_MODIFIED);
        if (answer.status() == NOT_MODIFIED) {
            return Optional.empty();
        }
        return Optional.of(new Seen(read(answer, Batch.class), answer.etag(), answer.body()));
    }

    /**
     * A page of the batch's jobs.
     *
     * @param state empty for any
     * @param cursor empty for the first page
     */
    public Jobs jobs(String batchId, String state, String cursor) throws IOException, InterruptedException {
        String path = "/batches/" + encoded(batchId) + "/jobs?limit=200"
                + (state.isEmpty() ? "" : "&state=" + state)
                + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor));
        return read(get(path), Jobs.class);
    }

    public ServiceResponse search(Map<String, Object> query) throws IOException, InterruptedException {
        var request = request("/search", ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(query)));
        return send(request, OK);
    }

    public Limits limits() throws IOException, InterruptedException {
        return read(get("/limits"), Limits.class);
    }

    /** @param path below the base, with its query */
    public ServiceResponse get(String path) throws IOException, InterruptedException {
        return send(request(path, ANSWER_LIMIT), OK);
    }

    public ServiceResponse cancel(String batchId) throws IOException, InterruptedException {
        return cancel(batchId, ANSWER_LIMIT);
    }

    /** @param limit longer than which nobody wants to wait */
    public ServiceResponse cancel(String batchId, Duration limit) throws IOException, InterruptedException {
        return act("batches", batchId, "cancel", limit);
    }

    public ServiceResponse retryBatch(String id) throws IOException, InterruptedException {
        return act("batches", id, "retry", ANSWER_LIMIT);
    }

    public ServiceResponse retryJob(String id) throws IOException, InterruptedException {
        return act("jobs", id, "retry", ANSWER_LIMIT);
    }

    private ServiceResponse act(String things, String id, String action, Duration limit)
            throws IOException, InterruptedException {
        String path = "/" + things + "/" + encoded(id) + "/" + action;
        return send(request(path, limit).POST(BodyPublishers.noBody()), OK, ACCEPTED);
    }

    /**
     * Copies the results of a batch, as NDJSON, as they come.
     *
     * @return how many there were
     * @throws IOException also when they have not come to their end
     */
    public long results(String batchId, boolean embeddings, OutputStream to) throws IOException, InterruptedException {
        var request = request("/batches/" + encoded(batchId) + "/results?embeddings=" + embeddings, UPLOAD_LIMIT)
                .setHeader("Accept", "application/x-ndjson, application/problem+json")
                .header("Accept-Encoding", "gzip");
        HttpResponse<InputStream> response = exchange(request, BodyHandlers.ofInputStream());
        boolean packed = response.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equals)
                .isPresent();
        try (InputStream raw = new WatchedStream(response.body(), ANSWER_LIMIT);
                InputStream in = packed ? new GZIPInputStream(raw, BUFFER) : raw) {
            if (response.statusCode() != OK) {
                ServiceResponse.of(response, in.readNBytes(BUFFER)).expect(json, OK);
            }
            long lines = 0;
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
                to.write(buffer, 0, read);
            }
            return lines;
        }
    }

    public <T> T read(ServiceResponse answer, Class<T> type) throws Refused {
        return answer.read(json, type);
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .header("Accept", "application/json, application/problem+json");
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        return request;
    }

    private ServiceResponse send(HttpRequest.Builder request, int... expected)
            throws IOException, InterruptedException {
        ServiceResponse answer = ServiceResponse.of(exchange(request, BodyHandlers.ofByteArray()));
        answer.expect(json, expected);
        return answer;
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw told(e);
        }
    }

    /** The JDK says nothing at all about a connection that could not be made. */
    private IOException told(IOException failure) {
        return failure instanceof ConnectException
                ? new ConnectException("no connection to " + base.getAuthority()
                        + (failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")"))
                : failure;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
