package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.Pdfs;
import io.mivaa.batch.intake.RunningService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A batch of many kinds of documents, from the request to the answer of a search, as a client sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JourneyTests extends RunningService {

    private static final String OPTIONS = "{\"name\": \"a mixed batch\", \"tags\": [\"stone\"]}";

    private String batch = "";

    @Test
    void takesAMixedBatchAllTheWay() throws IOException {
        JsonNode end = api.finished(mixed()).json();

        assertThat(end.path("state").asString())
                .as(api.get("/batches/" + batch + "/errors").body())
                .isEqualTo("SUCCEEDED");
        assertThat(end.path("name").asString()).isEqualTo("a mixed batch");
        assertThat(end.at("/counts/succeeded").asInt()).isEqualTo(5);
        assertThat(end.at("/progress/percent").asDouble()).isEqualTo(100);
    }

    @Test
    void givesEveryChunkItsExactPlaceInTheText() throws IOException {
        for (String job : jobs()) {
            JsonNode result = api.get("/jobs/" + job + "/result").json();
            String text = result.path("text").asString();

            assertThat(result.path("jobId").asString()).isEqualTo(job);
            assertThat(result.path("chunks")).isNotEmpty().allSatisfy(chunk -> {
                assertThat(chunk.path("text").asString())
                        .isEqualTo(text.substring(
                                chunk.path("start").asInt(), chunk.path("end").asInt()));
                assertThat(chunk.path("tokens").asInt()).isPositive();
                assertThat(chunk.has("embedding")).isFalse();
            });
        }
    }

    @Test
    void givesVectorsOfUnitLengthWhenAskedTo() throws IOException {
        JsonNode result =
                api.get("/jobs/" + jobs().get(0) + "/result?embeddings=true").json();

        assertThat(result.at("/embedding/dimensions").asInt()).isEqualTo(384);
        assertThat(result.path("chunks")).isNotEmpty().allSatisfy(chunk -> {
            assertThat(chunk.path("embedding").size()).isEqualTo(384);
            double sum = 0;
            for (JsonNode x : chunk.path("embedding")) {
                sum += x.asDouble() * x.asDouble();
            }
            assertThat(Math.sqrt(sum)).isCloseTo(1, within(1e-4));
        });
    }

    @Test
    void findsWhatWasSaid() throws IOException {
        jobs();

        for (String mode : List.of("hybrid", "vector", "keyword")) {
            Api.Response found = api.post("/search", """
                    {"query": "compressive strength of basalt", "mode": "%s", "topK": 3,
                     "model": "onnx/all-minilm-l6-v2-q", "filter": {"batchId": "%s"}}
                    """.formatted(mode, batch));

            assertThat(found.status()).as(found.toString()).isEqualTo(200);
            assertThat(found.text("/items/0/filename")).as(mode).isEqualTo("basalt.pdf");
            assertThat(found.text("/items/0/chunk/text")).contains("compressive strength");
        }
    }

    @Test
    void exportsALineForEveryDocument() throws IOException {
        List<String> jobs = jobs();

        Api.Response export = api.get("/batches/" + batch + "/results?embeddings=true");

        assertThat(export.header("Content-Type")).startsWith(Api.NDJSON);
        assertThat(export.body().lines().map(line -> read(line).path("jobId").asString()))
                .containsExactlyElementsOf(jobs);
        assertThat(api.get("/batches/" + batch + "/errors").body()).isEmpty();
    }

    @Test
    void measuresItself() throws IOException {
        jobs();

        Api.Response meters = api.get("//actuator/prometheus");

        assertThat(meters.status()).isEqualTo(200);
        assertThat(meters.body())
                .contains("mivaa_")
                .contains("mivaa_queue")
                .containsPattern("(?m)^mivaa_\\w+[^\n]* [1-9]");
    }

    @Test
    void isAliveAndReady() {
        for (String path : List.of("", "/liveness", "/readiness")) {
            Api.Response health = api.get("//actuator/health" + path);

            assertThat(health.status()).as(path).isEqualTo(200);
            assertThat(health.text("/status")).isEqualTo("UP");
        }
    }

    private List<String> jobs() throws IOException {
        api.finished(mixed());
        List<String> ids = new ArrayList<>();
        api.get("/batches/" + batch + "/jobs")
                .json()
                .path("items")
                .forEach(job -> ids.add(job.path("id").asString()));
        assertThat(ids).hasSize(5);
        return ids;
    }

    /** The batch that all tests here look at. */
    private String mixed() throws IOException {
        if (batch.isEmpty()) {
            batch = accepted(api.post(new Form()
                    .field("options", OPTIONS)
                    .file(
                            "basalt.pdf",
                            "application/pdf",
                            Pdfs.of(
                                    "Basalt is a dark volcanic rock.",
                                    "The compressive strength of basalt is 250 MPa."))
                    .file("oak.md", "# Oak\n\n## Use\n\nOak is used for floors.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
                    .file(
                            "glass.html",
                            "<html><body><h1>Glass</h1><p>Float glass is flat &amp; clear.</p></body></html>")
                    .file("lime.txt", "Lime mortar sets slowly.\r\nIt takes up carbon dioxide: 20 °C, 😀.\r\n")
                    .file("tile.json", "{\"markdown\": \"# Tile\\n\\nGlazed tiles resist water.\", \"metadata\": {}}")
                    .field("manifest", "{\"tile.json\": {\"contentType\": \"application/vnd.mivaa+json\"}}")));
        }
        return batch;
    }
}
