package io.mivaa.batch.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API as a client in another process sees it. */
public final class Api {

    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    public Api(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /** An answer; reading it as JSON fails when it is none. */
    public record Response(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public JsonNode json() {
            return JsonMapper.shared().readTree(body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String text(String pointer) {
            return json().at(pointer).asString("");
        }

        public String id() {
            return text("/id");
        }

        @Override
        public String toString() {
            return status() + " " + body();
        }
    }

    /** @param path below {@code /api/v1}, or from the root when it starts with {@code //} */
    public HttpRequest.Builder request(String path) {
        String full = path.startsWith("//") ? path.substring(1) : "/api/v1" + path;
        return HttpRequest.newBuilder(URI.create(base + full)).timeout(LIMIT);
    }

    public Response send(HttpRequest.Builder request) {
        try {
            return new Response(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Response get(String path) {
        return send(request(path).GET());
    }

    public Response get(String path, String header, String value) {
        return send(request(path).GET().header(header, value));
    }

    public Response delete(String path) {
        return send(request(path).DELETE());
    }

    public Response act(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    public Response post(String path, String json) {
        return post(path, JSON, json);
    }

    public Response post(String path, String type, String body) {
        return send(request(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public Response patch(String path, String json) {
        return send(
                request(path).header("Content-Type", JSON).method("PATCH", HttpRequest.BodyPublishers.ofString(json)));
    }

    public Response post(Form form) {
        return send(request("/batches")
                .header("Content-Type", form.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes())));
    }

    /** Waits until the batch is final. */
    public Response finished(String batch) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> get("/batches/" + batch + "?wait=5"),
                        answer -> answer.json().path("terminal").asBoolean());
    }

    /** The only job of a batch, or the one at a position. */
    public JsonNode job(String batch, int position) {
        return get("/batches/" + batch + "/jobs?limit=200").json().at("/items/" + position);
    }

    /** The id of the first job of a batch whose document has the name. */
    public String jobNamed(String batch, String filename) {
        return get("/batches/" + batch + "/jobs?limit=200")
                .json()
                .path("items")
                .valueStream()
                .filter(job -> job.path("filename").asString().equals(filename))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    /** Waits until the job is in the state. */
    public void awaitJob(String job, String state) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> get("/jobs/" + job).text("/state"), state::equals);
    }
}
