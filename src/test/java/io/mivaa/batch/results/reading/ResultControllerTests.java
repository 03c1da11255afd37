package io.mivaa.batch.results.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.ResultsApplication;
import io.mivaa.batch.results.Sheet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class ResultControllerTests extends OnPostgres {

    @Autowired
    private Settling settling;

    @Autowired
    private Cancellation cancellation;

    @Test
    void showsTheWholeDocument() throws Exception {
        Claim claim = submit("steel", "grades.txt");
        succeed(claim, Sheet.of("Grade 304", "Grade 316L – 𝔘nicode"));

        JsonNode answer = getJson("/jobs/" + claim.job() + "/result");

        assertThat(answer.propertyNames())
                .containsExactly(
                        "id",
                        "jobId",
                        "batchId",
                        "externalId",
                        "title",
                        "source",
                        "language",
                        "text",
                        "structure",
                        "tables",
                        "figures",
                        "chunks",
                        "embedding",
                        "quality",
                        "reused",
                        "createdAt");
        JsonNode chunk = answer.get("chunks").get(1);
        assertThat(chunk.propertyNames())
                .containsExactly(
                        "id", "index", "text", "start", "end", "pages", "headings", "kind", "tokens", "sha256");
        assertThat(UUID.fromString(chunk.get("id").asString()).version()).isEqualTo(7);
        assertThat(answer.get("text")
                        .asString()
                        .substring(chunk.get("start").asInt(), chunk.get("end").asInt()))
                .isEqualTo(chunk.get("text").asString())
                .isEqualTo("Grade 316L – 𝔘nicode");
        assertThat(answer.get("jobId").asString()).isEqualTo(claim.job().toString());
        assertThat(answer.get("batchId").asString()).isEqualTo(claim.batch().toString());
        assertJson(answer.get("source"), """
                {"filename": "grades.txt", "contentType": "text/plain", "sha256": "%s", "bytes": 10, "pages": 2}
                """.formatted(Sheet.sha256("grades.txt")));
        assertJson(answer.get("structure"), """
                {"headings": [{"level": 1, "text": "Sheet", "start": 0, "page": 1}]}
                """);
        assertJson(answer.get("tables"), """
                [{"headers": ["Grade"], "rows": [["304"], ["316L"]], "caption": null, "page": 1, "start": 0, "end": 3}]
                """);
        assertJson(answer.get("figures"), """
                [{"caption": "A cut", "page": null}]
                """);
        assertJson(answer.get("quality"), """
                {"coverage": 1.0, "suspectPages": [2],
                 "warnings": [{"code": "ragged-table", "message": "A row is short.", "page": 1}]}
                """);
        assertJson(answer.get("embedding"), """
                {"provider": "words", "model": "plain", "dimensions": 64}
                """);
        assertJson(chunk.get("pages"), """
                {"first": 2, "last": 2}
                """);
        assertJson(chunk.get("headings"), """
                ["Sheet", "Part 1"]
                """);
        assertThat(answer.get("createdAt").asString()).endsWith("Z");
    }

    @Test
    void saysNullForPagesWhereTheSourceHasNone() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, Sheet.withoutPages("text"));

        JsonNode answer = getJson("/jobs/" + claim.job() + "/result");

        assertThat(answer.get("source").get("pages").isNull()).isTrue();
        assertThat(answer.get("chunks").get(0).get("pages").isNull()).isTrue();
    }

    @Test
    void addsVectorsWhenAskedTo() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, Sheet.of("one two three"));

        JsonNode vector = getJson("/jobs/" + claim.job() + "/result?embeddings=true")
                .get("chunks")
                .get(0)
                .get("embedding");

        float[] expected =
                ResultsApplication.EMBEDDER.embed(List.of("one two three")).get(0);
        assertThat(vector).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((float) vector.get(i).asDouble()).isEqualTo(expected[i]);
        }
    }

    @Test
    void tellsWhyThereIsNoResult() throws Exception {
        List<Claim> jobs =
                submit(WORKSPACE, List.of(), upload("a", "a.txt"), upload("b", "b.txt"), upload("c", "c.txt"));
        settling.bury(
                jobs.get(0),
                new Failure(FailureClass.INVALID_INPUT, "no-text", "The document holds no text."),
                JobStage.PARSING,
                Map.of());

        assertConflict(jobs.get(0), "no-text", "The document holds no text.");
        assertConflict(jobs.get(1), "RUNNING");
        cancellation.cancel(WORKSPACE, jobs.get(2).batch());
        assertConflict(jobs.get(2), "cancelled");
    }

    @Test
    void knowsNoResultOfAnybodyElse() throws Exception {
        Claim strangers = submit(new Workspace("stranger"), List.of(), upload("a", "a.txt"))
                .get(0);
        succeed(strangers, Sheet.of("secret"));

        for (String path : List.of(
                "/jobs/" + strangers.job() + "/result",
                "/batches/" + strangers.batch() + "/results",
                "/jobs/" + JobId.create() + "/result",
                "/jobs/nonsense/result")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(getJson("/documents").get("items")).isEmpty();
    }

    @Test
    void exportsABatchAsLinesInTheOrderOfAcceptance() throws Exception {
        List<Claim> jobs = submit(WORKSPACE, List.of(), upload("a", "a.txt"), upload("b", "b.txt"));
        succeed(jobs.get(1), Sheet.of("two"));
        succeed(jobs.get(0), Sheet.of("one"));

        var answer = get("/batches/" + jobs.get(0).batch() + "/results");

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/x-ndjson"));
        assertThat(answer.headers().firstValue("X-Batch-Terminal")).contains("true");
        assertThat(answer.body()).endsWith("}\n");
        assertThat(names(answer.body())).containsExactly("a", "b");
    }

    @Test
    void exportsWhatThereIsWhileTheBatchRuns() throws Exception {
        List<Claim> jobs = submit(WORKSPACE, List.of(), upload("a", "a.txt"), upload("b", "b.txt"));
        succeed(jobs.get(1), Sheet.of("two"));

        var answer = get("/batches/" + jobs.get(0).batch() + "/results?embeddings=true");

        assertThat(answer.headers().firstValue("X-Batch-Terminal")).contains("false");
        assertThat(names(answer.body())).containsExactly("b");
        assertThat(json.readTree(answer.body()).get("chunks").get(0).get("embedding"))
                .hasSize(64);
    }

    @Test
    void compressesForWhoAsksForIt() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, Sheet.of("one"));

        var answer = send(
                request("/batches/" + claim.batch() + "/results").header("Accept-Encoding", "gzip, br;q=0.5"),
                BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(names(new String(unzipped.readAllBytes(), StandardCharsets.UTF_8)))
                    .containsExactly("a");
        }
    }

    @Test
    void breaksOffRatherThanLookWholeWhenAResultVanishesMeanwhile() throws Exception {
        Claim claim = submit("a", "a.txt");
        UUID result = succeed(claim, Sheet.of("one", "two"));
        jdbc.sql("delete from chunk where index = 1 and result_id = :result")
                .param("result", result)
                .update();

        assertThatThrownBy(() -> get("/jobs/" + claim.job() + "/result")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get("/batches/" + claim.batch() + "/results")).isInstanceOf(IOException.class);
    }

    @Test
    void marksAReusedResultAndKeepsItsChunksIds() throws Exception {
        Claim first = submit("a", "same.txt");
        succeed(first, Sheet.of("one"));
        Claim second = submit("b", "same.txt");
        reuse(second);

        JsonNode one = getJson("/jobs/" + first.job() + "/result");
        JsonNode two = getJson("/jobs/" + second.job() + "/result");

        assertThat(one.get("reused").asBoolean()).isFalse();
        assertThat(two.get("reused").asBoolean()).isTrue();
        assertThat(two.get("chunks")).isEqualTo(one.get("chunks"));
        assertThat(two.get("id")).isNotEqualTo(one.get("id"));
    }

    private Stream<String> names(String lines) {
        return lines.lines().map(line -> json.readTree(line).get("externalId").asString());
    }

    private void assertJson(JsonNode actual, String expected) {
        assertThat(actual).isEqualTo(json.readTree(expected));
    }

    private void assertConflict(Claim claim, String... details) throws Exception {
        HttpResponse<String> answer = get("/jobs/" + claim.job() + "/result");
        JsonNode problem = json.readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(problem.get("code").asString()).isEqualTo("invalid-state");
        assertThat(problem.get("detail").asString()).contains(details);
    }
}
