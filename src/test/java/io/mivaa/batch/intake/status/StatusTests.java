package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How far batches and jobs are. */
class StatusTests extends RunningService {

    @Test
    void countsWhatIsDone() {
        gate.shut();
        String batch = gated(4);
        Awaitility.await().until(() -> gate.waiting() == 2);

        JsonNode running = api.get("/batches/" + batch).json();

        assertThat(running.path("state").asString()).isEqualTo("RUNNING");
        assertThat(running.path("terminal").asBoolean()).isFalse();
        assertThat(running.at("/counts/total").asInt()).isEqualTo(4);
        assertThat(running.at("/counts/running").asInt()).isEqualTo(2);
        assertThat(running.at("/counts/queued").asInt()).isEqualTo(2);
        assertThat(running.at("/progress/percent").asDouble()).isBetween(0.0, 8.0);
        assertThat(running.at("/progress/documentsPerMinute").isNull()).isTrue();
        assertThat(running.at("/progress/stages").propertyNames())
                .containsExactly("parsing", "chunking", "embedding", "storing");
        assertThat(running.at("/eta/reason").asString()).isEqualTo("measuring");
        assertThat(running.at("/eta/seconds").isNull()).isTrue();
        assertThat(running.path("finishedAt").isNull()).isTrue();
        assertThat(running.path("startedAt").asString()).endsWith("Z");

        gate.open();
        JsonNode done = api.finished(batch).json();

        assertThat(done.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(done.path("terminal").asBoolean()).isTrue();
        assertThat(done.at("/counts/succeeded").asInt()).isEqualTo(4);
        assertThat(done.at("/counts/running").asInt()).isZero();
        assertThat(done.at("/progress/percent").asDouble()).isEqualTo(100);
        assertThat(done.at("/progress/documentsPerMinute").asDouble()).isPositive();
        assertThat(done.path("finishedAt").asString()).endsWith("Z");
        assertThat(done.at("/eta/reason").asString()).isEqualTo("done");
        assertThat(done.at("/eta/seconds").asDouble(-1)).isZero();
        assertThat(done.at("/eta/finishAt").asString())
                .isEqualTo(done.path("finishedAt").asString());
    }

    @Test
    void tellsWhenABatchWillBeDone() {
        gate.shut();
        String batch = gated(6);
        gate.letPass(4);

        JsonNode eta = Awaitility.await()
                .until(
                        () -> api.get("/batches/" + batch).json().path("eta"),
                        told -> told.path("seconds").isNumber());

        assertThat(eta.path("reason").isNull()).isTrue();
        assertThat(eta.path("finishAt").asString()).endsWith("Z");
        assertThat(eta.path("low").asDouble())
                .isLessThanOrEqualTo(eta.path("seconds").asDouble());
        assertThat(eta.path("high").asDouble())
                .isGreaterThanOrEqualTo(eta.path("seconds").asDouble());
    }

    @Test
    void tellsHowFarAJobIs() {
        gate.shut();
        String batch = gated(1);
        String job = api.job(batch, 0).path("id").asString();
        Awaitility.await().until(() -> api.get("/jobs/" + job).text("/stage").equals("EMBEDDING"));

        JsonNode running = api.get("/jobs/" + job).json();

        assertThat(running.path("state").asString()).isEqualTo("RUNNING");
        assertThat(running.path("batchId").asString()).isEqualTo(batch);
        assertThat(running.path("terminal").asBoolean()).isFalse();
        assertThat(running.at("/progress/percent").asInt()).isBetween(1, 94);
        JsonNode ofBatch = api.get("/batches/" + batch).json().path("progress");
        assertThat(ofBatch.path("percent").asDouble()).isBetween(1.0, 94.0);
        assertThat(ofBatch.at("/stages/embedding").asInt()).isEqualTo(1);
        assertThat(running.path("attempt").asInt()).isEqualTo(1);
        assertThat(running.path("maxAttempts").asInt()).isEqualTo(1);

        gate.open();
        api.awaitJob(job, "SUCCEEDED");

        JsonNode done = api.get("/jobs/" + job).json();
        assertThat(done.path("terminal").asBoolean()).isTrue();
        assertThat(done.path("stage").isNull()).isTrue();
        assertThat(done.path("error").isNull()).isTrue();
        assertThat(done.at("/progress/percent").asInt()).isEqualTo(100);
        assertThat(done.at("/progress/chunks").asInt()).isEqualTo(1);
    }

    @Test
    void tellsEveryAttempt() {
        JsonNode job = deadJob();
        String id = job.path("id").asString();
        api.act("/jobs/" + id + "/retry");
        api.awaitJob(id, "SUCCEEDED");

        JsonNode attempts = api.get("/jobs/" + id + "/attempts").json().path("items");

        assertThat(attempts.size()).isEqualTo(2);
        assertThat(attempts.at("/0/error/class").asString()).isEqualTo("TRANSIENT");
        assertThat(attempts.at("/0/error/code").asString()).isEqualTo("gate-broken");
        assertThat(attempts.at("/0/stage").asString()).isEqualTo("EMBEDDING");
        assertThat(attempts.at("/1/outcome").asString()).isEqualTo("SUCCEEDED");
        assertThat(attempts.at("/1/error").isNull()).isTrue();
        assertThat(attempts.at("/1/timings").size()).isPositive();
    }

    @Test
    void changesTheETagWithEveryChange() {
        gate.shut();
        String batch = gated(1);
        List<String> tags = new ArrayList<>();
        Awaitility.await().until(() -> gate.waiting() == 1);
        tags.add(api.get("/batches/" + batch).header("ETag"));
        tags.add(api.patch("/batches/" + batch, "{\"priority\": \"high\"}").header("ETag"));
        tags.add(api.act("/batches/" + batch + "/pause").header("ETag"));
        tags.add(api.act("/batches/" + batch + "/resume").header("ETag"));
        gate.open();
        tags.add(api.finished(batch).header("ETag"));

        assertThat(tags).doesNotHaveDuplicates().doesNotContain("");
        assertThat(api.get("/batches/" + batch).header("ETag")).isEqualTo(tags.get(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/batches/", "/jobs/"})
    void answers304ToWhoKnowsTheVersion(String kind) {
        String batch = gated(1);
        api.finished(batch);
        String path =
                kind + (kind.equals("/jobs/") ? api.job(batch, 0).path("id").asString() : batch);
        String tag = api.get(path).header("ETag");

        Api.Response same = api.get(path, "If-None-Match", "\"x\", " + tag);

        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(tag);
        assertThat(api.get(path, "If-None-Match", tag.substring(2)).status()).isEqualTo(304);
        assertThat(api.get(path, "If-None-Match", "*").status()).isEqualTo(304);
        assertThat(api.get(path, "If-None-Match", "W/\"0\"").status()).isEqualTo(200);
        assertThat(api.get(path + "?wait=30", "If-None-Match", tag).status()).isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/batches/", "/jobs/"})
    void holdsTheAnswerUntilSomethingChanges(String kind) {
        gate.shut();
        String batch = gated(1);
        Awaitility.await()
                .until(() -> api.job(batch, 0).path("stage").asString().equals("EMBEDDING"));
        String path =
                kind + (kind.equals("/jobs/") ? api.job(batch, 0).path("id").asString() : batch);
        String tag = api.get(path).header("ETag");

        CompletableFuture<Api.Response> held =
                CompletableFuture.supplyAsync(() -> api.get(path + "?wait=60", "If-None-Match", tag));
        // So that it comes to wait before there is something to tell.
        Awaitility.await().during(Duration.ofMillis(500)).until(() -> !held.isDone());
        gate.open();

        assertThat(held).succeedsWithin(Duration.ofSeconds(5)).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("ETag")).isNotEqualTo(tag);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/batches/", "/jobs/"})
    void answersAtTheEndOfTheTimeWhenNothingHasChanged(String kind) {
        gate.shut();
        String batch = gated(1);
        Awaitility.await().until(() -> gate.waiting() == 1);
        Awaitility.await()
                .until(() -> api.job(batch, 0).path("stage").asString().equals("EMBEDDING"));
        String path =
                kind + (kind.equals("/jobs/") ? api.job(batch, 0).path("id").asString() : batch);
        String tag = api.get(path).header("ETag");
        long start = System.nanoTime();

        assertThat(api.get(path + "?wait=1", "If-None-Match", tag).status()).isEqualTo(304);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(api.get(path + "?wait=1").status()).isEqualTo(200);
        assertThat(api.get(path + "?wait=60", "If-None-Match", "W/\"0\"").status())
                .isEqualTo(200);
        assertThat(api.get(path + "?wait=0", "If-None-Match", tag).status()).isEqualTo(304);
        invalid(api.get(path + "?wait=-1"), "invalid-value", "wait");
        invalid(api.get(path + "?wait=long"), "invalid-value", "wait");
    }

    @Test
    void waitsNoLongerThanTheServiceAllows() {
        gate.shut();
        String batch = gated(1);
        Awaitility.await().until(() -> gate.waiting() == 1);
        String tag = api.get("/batches/" + batch).header("ETag");
        long start = System.nanoTime();

        assertThat(api.get("/batches/" + batch + "?wait=10000", "If-None-Match", tag)
                        .status())
                .isEqualTo(304);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(8));
    }

    @Test
    void tellsAWaitingReaderThatTheBatchIsGone() {
        gate.shut();
        String batch = gated(1);
        Awaitility.await().until(() -> gate.waiting() == 1);
        CompletableFuture<Api.Response> held = CompletableFuture.supplyAsync(() -> {
            Api.Response answer = api.get("/batches/" + batch + "?wait=2");
            return answer.json().path("terminal").asBoolean() ? api.get("/batches/" + batch) : answer;
        });
        api.act("/batches/" + batch + "/cancel");

        assertThat(held)
                .succeedsWithin(Duration.ofSeconds(5))
                .satisfies(answer -> assertThat(answer.text("/state")).isEqualTo("CANCELLED"));
    }

    @Test
    void listsBatchesNewestFirstOverPages() {
        List<String> mine = IntStream.range(0, 5).mapToObj(i -> gated(1)).toList();
        mine.forEach(api::finished);

        List<String> seen = pages("/batches?limit=2", 3);

        assertThat(seen.subList(0, 5)).containsExactly(mine.get(4), mine.get(3), mine.get(2), mine.get(1), mine.get(0));
    }

    @Test
    void listsJobsInTheOrderOfAcceptanceOverPages() {
        String batch = gated(5);

        List<String> seen = pages("/batches/" + batch + "/jobs?limit=2", 3);

        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        assertThat(seen)
                .isEqualTo(api.get("/batches/" + batch + "/jobs?limit=1000")
                        .json()
                        .path("items")
                        .findValuesAsString("id"));
    }

    private List<String> pages(String path, int pages) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        for (int i = 0; i < pages; i++) {
            JsonNode page = api.get(path + cursor).json();
            page.path("items").forEach(item -> seen.add(item.path("id").asString()));
            cursor = "&cursor=" + page.path("nextCursor").asString("");
        }
        return seen;
    }

    @Test
    void filtersByState() {
        JsonNode dead = deadJob();
        String batch = dead.path("batchId").asString();

        assertThat(api.get("/batches/" + batch + "/jobs?state=DEAD")
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
        assertThat(api.get("/batches/" + batch + "/jobs?state=SUCCEEDED")
                        .json()
                        .path("items")
                        .size())
                .isZero();
        assertThat(api.get("/batches?state=FAILED&limit=1").text("/items/0/id")).isEqualTo(batch);
        assertThat(api.get("/batches?state=RUNNING").json().path("items").findValuesAsString("id"))
                .doesNotContain(batch);
    }

    @Test
    void findsBatchesByNameAndTag() {
        String one = accepted(api.post("/batches", """
                {"options": {"name": "Granite 50%% <b>off</b>", "tags": ["quarry & co"]},
                 "documents": [%s]}
                """.formatted(document("a.txt", sentence()))));

        assertThat(ids("/batches?name=granite%2050%25%20%3CB%3E")).containsExactly(one);
        assertThat(ids("/batches?name=granite&tag=quarry%20%26%20co&limit=1")).containsExactly(one);
        assertThat(ids("/batches?name=granite%25off")).isEmpty();
        assertThat(ids("/batches?tag=quarry")).isEmpty();
    }

    private List<String> ids(String path) {
        return api.get(path)
                .json()
                .path("items")
                .valueStream()
                .map(batch -> batch.path("id").asString())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"name, 201", "tag, 65"})
    void refusesToLookForWhatNoBatchCanHave(String parameter, int tooLong) {
        invalid(api.get("/batches?" + parameter + "=" + "x".repeat(tooLong)), "invalid-value", parameter);
        invalid(api.get("/batches?" + parameter + "="), "invalid-value", parameter);
        invalid(api.get("/batches?" + parameter + "=a%00"), "invalid-value", parameter);
        assertThat(api.get("/batches?" + parameter + "=" + "x".repeat(tooLong - 1))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, invalid-value, limit",
        "limit=many, invalid-value, limit",
        "state=running, invalid-value, state",
        "cursor=%21, invalid-cursor, cursor",
        "cursor=eA, invalid-cursor, cursor"
    })
    void refusesListsThatCannotBe(String parameter, String code, String pointer) {
        String batch = gated(1);

        invalid(api.get("/batches?" + parameter), code, pointer);
        invalid(api.get("/batches/" + batch + "/jobs?" + parameter), code, pointer);
    }

    @Test
    void knowsNoOtherIds() {
        String none = UUID.randomUUID().toString();
        for (String path : List.of("", "/jobs", "/errors")) {
            problem(api.get("/batches/" + none + path), 404, "batch-not-found");
        }
        problem(api.get("/jobs/" + none), 404, "job-not-found");
        problem(api.get("/jobs/" + none + "/attempts"), 404, "job-not-found");
        for (String path : List.of("/batches/7", "/jobs/7", "/jobs/7/attempts", "/batches/" + "g".repeat(36))) {
            problem(api.get(path), 404, "not-found");
        }
        problem(api.get("/batches/" + "-".repeat(36)), 404, "not-found");
    }

    @Test
    void tellsTheLimits() {
        JsonNode limits = api.get("/limits").json();

        assertThat(limits.path("maxDocumentBytes").asLong()).isEqualTo(64 * 1024);
        assertThat(limits.path("maxDocuments").asInt()).isEqualTo(20);
        assertThat(limits.path("formats").toString()).contains("application/pdf", "text/markdown", "text/html");
        assertThat(limits.path("chunkers").toString())
                .isEqualTo("[\"fixed\",\"page\",\"recursive\",\"sentence\",\"structure\"]");
        assertThat(limits.path("models").toString()).contains("all-minilm-l6-v2-q", "stone");
    }
}
