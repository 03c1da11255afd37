package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.Answers.Batch;
import io.mivaa.batch.commandline.Answers.Hits;
import io.mivaa.batch.commandline.Answers.Job;
import io.mivaa.batch.commandline.Answers.Jobs;
import io.mivaa.batch.commandline.Answers.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A client of the public HTTP API, as anybody could write it. Thread-safe. */
final class ServiceClient {

    /**
     * A batch as it was at some moment.
     *
     * @param etag to ask for what is newer than this
     */
    record Seen(Batch batch, @Nullable String etag) {}

    /** The service has refused a request or has not understood it. The message is a sentence. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_MODIFIED = 304;

    private final URI base;
    private final @Nullable String apiKey;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** @param base ends with {@code /api/v1} */
    ServiceClient(URI base, @Nullable String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /** Sends the documents as one batch. */
    Batch submit(String name, List<Sample> documents) throws IOException, InterruptedException {
        var body = new MultipartBody();
        body.addJson("options", json.writeValueAsBytes(Map.of("name", name)));
        for (Sample document : documents) {
            body.addFile("files", document);
        }
        var request = request("/batches", ANSWER_LIMIT)
                .header("Content-Type", body.contentType())
                .POST(body.publisher());
        return read(send(request, ACCEPTED), Batch.class);
    }

    /**
     * The batch as soon as it differs from what was seen, or nothing when it does not change within {@code wait}.
     *
     * @param seen null to get it as it is
     */
    Optional<Seen> batch(String id, @Nullable String seen, Duration wait) throws IOException, InterruptedException {
        var request = request("/batches/" + id + "?wait=" + wait.toSeconds(), wait.plus(ANSWER_LIMIT));
        if (seen != null) {
            request.header("If-None-Match", seen);
        }
        HttpResponse<byte[]> response = send(request, OK, NOT_MODIFIED);
        if (response.statusCode() == NOT_MODIFIED) {
            return Optional.empty();
        }
        return Optional.of(new Seen(
                read(response, Batch.class),
                response.headers().firstValue("ETag").orElse(null)));
    }

    /** All jobs of the batch, page by page. */
    List<Job> jobs(String batchId) throws IOException, InterruptedException {
        var all = new ArrayList<Job>();
        String cursor = "";
        do {
            String path = "/batches/" + batchId + "/jobs?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
            Jobs page = read(send(request(path, ANSWER_LIMIT), OK), Jobs.class);
            all.addAll(page.items());
            cursor = page.nextCursor() == null ? "" : URLEncoder.encode(page.nextCursor(), UTF_8);
        } while (!cursor.isEmpty());
        return all;
    }

    /** The chunks that answer best. */
    Hits search(String query, int topK) throws IOException, InterruptedException {
        var request = request("/search", ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(Map.of("query", query, "topK", topK))));
        return read(send(request, OK), Hits.class);
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

    private HttpResponse<byte[]> send(HttpRequest.Builder request, int... expected)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        for (int status : expected) {
            if (response.statusCode() == status) {
                return response;
            }
        }
        throw new Refused(response.request().method() + " "
                + response.request().uri().getPath() + " was answered with " + response.statusCode()
                + problem(response));
    }

    private String problem(HttpResponse<byte[]> response) {
        try {
            Problem problem = json.readValue(response.body(), Problem.class);
            String said = problem.detail() == null ? problem.title() : problem.detail();
            return (problem.code() == null ? "" : " (" + problem.code() + ")") + (said == null ? "" : ": " + said);
        } catch (JacksonException e) {
            return "";
        }
    }

    private <T> T read(HttpResponse<byte[]> response, Class<T> type) throws IOException {
        try {
            return json.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new Refused("The answer to " + response.request().uri().getPath() + " is not what the contract says: "
                    + e.getOriginalMessage());
        }
    }
}
