package io.mivaa.batch.commandline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Jobs;
import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the public HTTP API. It uses nothing that other clients could not use. Methods throw {@link Refused} when
 * the service refuses a request, and another {@link IOException} when the service does not respond. Thread-safe.
 */
public final class ServiceClient {

    /**
     * A batch as it was at some moment.
     *
     * @param etag identifies this state of the batch
     * @param json the response as it was received
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Seen(Batch batch, @Nullable String etag, byte[] json) {}

    private static final Duration RESPONSE_LIMIT = Duration.ofSeconds(60);

    /** For transfers of any size. The caller checks that it makes progress. */
    private static final Duration TRANSFER_LIMIT = Duration.ofDays(1);

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_MODIFIED = 304;
    private static final int BUFFER = 1 << 16;

    private final ServiceHttp http;

    /** @param base ends with {@code /api/v1} */
    public ServiceClient(URI base, @Nullable String apiKey) {
        this.http = new ServiceHttp(base, apiKey);
    }

    public URI base() {
        return http.base();
    }

    /** Writes JSON for request bodies. */
    public JsonMapper json() {
        return http.json();
    }

    /**
     * Starts to send a batch of any size, on another thread.
     *
     * @param key the Idempotency-Key; the same for each attempt to send the same documents
     * @param sent receives the number of bytes sent so far
     * @return for {@link #await(CompletableFuture, Duration)}
     */
    public CompletableFuture<ServiceResponse> submit(MultipartBody body, String key, LongConsumer sent) {
        return http.start(http.request("/batches", TRANSFER_LIMIT)
                .header("Content-Type", body.contentType())
                .header("Idempotency-Key", key)
                .POST(new CountedBody(body.publisher(), sent)));
    }

    /**
     * Waits for the response to a submission.
     *
     * @throws TimeoutException when there is no response within the limit
     */
    public ServiceResponse await(CompletableFuture<ServiceResponse> submission, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        return http.await(submission, limit);
    }

    /** The batch that a submission has created. */
    public Seen accepted(ServiceResponse response) throws Refused {
        response.expect(http.json(), ACCEPTED);
        return new Seen(read(response, Batch.class), null, response.body());
    }

    /**
     * The batch as soon as it has changed, or nothing when it does not change in time.
     *
     * @param etag of the last known state; null for the current state at once
     * @param wait how long the service waits for a change
     */
    public Optional<Seen> batch(String id, @Nullable String etag, Duration wait)
            throws IOException, InterruptedException {
        String query = wait.isZero() ? "" : "?wait=" + wait.toSeconds();
        var request = http.request("/batches/" + encoded(id) + query, wait.plus(RESPONSE_LIMIT));
        if (etag != null) {
            request.header("If-None-Match", etag);
        }
        ServiceResponse response = http.send(request, OK, NOT_MODIFIED);
        if (response.status() == NOT_MODIFIED) {
            return Optional.empty();
        }
        return Optional.of(new Seen(read(response, Batch.class), response.etag(), response.body()));
    }

    /**
     * A page of the batch's jobs.
     *
     * @param state empty for all states
     * @param cursor empty for the first page
     */
    public Jobs jobs(String batchId, String state, String cursor) throws IOException, InterruptedException {
        String path = "/batches/" + encoded(batchId) + "/jobs?limit=200"
                + (state.isEmpty() ? "" : "&state=" + state)
                + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor));
        return read(get(path), Jobs.class);
    }

    /** @param query the body of {@code POST /search} */
    public ServiceResponse search(Map<String, Object> query) throws IOException, InterruptedException {
        var request = http.request("/search", RESPONSE_LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(http.json().writeValueAsBytes(query)));
        return http.send(request, OK);
    }

    public Limits limits() throws IOException, InterruptedException {
        return read(get("/limits"), Limits.class);
    }

    /** @param path below the base, with its query */
    public ServiceResponse get(String path) throws IOException, InterruptedException {
        return http.send(http.request(path, RESPONSE_LIMIT), OK);
    }

    public ServiceResponse cancel(String batchId) throws IOException, InterruptedException {
        return cancel(batchId, RESPONSE_LIMIT);
    }

    /** @param limit how long to wait for the response */
    public ServiceResponse cancel(String batchId, Duration limit) throws IOException, InterruptedException {
        return act("batches", batchId, "cancel", limit);
    }

    public ServiceResponse retryBatch(String id) throws IOException, InterruptedException {
        return act("batches", id, "retry", RESPONSE_LIMIT);
    }

    public ServiceResponse retryJob(String id) throws IOException, InterruptedException {
        return act("jobs", id, "retry", RESPONSE_LIMIT);
    }

    private ServiceResponse act(String collection, String id, String action, Duration limit)
            throws IOException, InterruptedException {
        String path = "/" + collection + "/" + encoded(id) + "/" + action;
        return http.send(http.request(path, limit).POST(BodyPublishers.noBody()), OK, ACCEPTED);
    }

    /**
     * Copies the results of a batch as they arrive, as NDJSON.
     *
     * @return the number of results
     * @throws IOException also when the results are incomplete
     */
    public long results(String batchId, boolean embeddings, OutputStream to) throws IOException, InterruptedException {
        var request = http.request("/batches/" + encoded(batchId) + "/results?embeddings=" + embeddings, TRANSFER_LIMIT)
                .setHeader("Accept", "application/x-ndjson, application/problem+json")
                .header("Accept-Encoding", "gzip");
        HttpResponse<InputStream> response = http.exchange(request, BodyHandlers.ofInputStream());
        try (InputStream raw = new WatchedStream(response.body(), RESPONSE_LIMIT);
                InputStream in = isGzip(response) ? new GZIPInputStream(raw, BUFFER) : raw) {
            if (response.statusCode() != OK) {
                ServiceResponse.of(response, in.readNBytes(BUFFER)).expect(http.json(), OK);
            }
            return copyLines(in, to);
        }
    }

    private static boolean isGzip(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equals)
                .isPresent();
    }

    private static long copyLines(InputStream in, OutputStream to) throws IOException {
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

    /** @throws Refused when the body is not what the API describes */
    public <T> T read(ServiceResponse response, Class<T> type) throws Refused {
        return response.read(http.json(), type);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
