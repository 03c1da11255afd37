package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Jobs given up, kept for a person. */
class DeadLetterTests extends RunningService {

    @Test
    void listsDeadLettersByBatchAndClassOverPages() {
        String batch = dead(3);
        String path = "/dead-letters?batchId=" + batch;

        JsonNode first = api.get(path + "&limit=2").json();
        JsonNode second = api.get(
                        path + "&limit=2&cursor=" + first.path("nextCursor").asString())
                .json();

        assertThat(first.path("items").size()).isEqualTo(2);
        assertThat(second.path("items").size()).isEqualTo(1);
        assertThat(second.path("nextCursor").isNull()).isTrue();
        assertThat(size(path + "&class=TRANSIENT")).isEqualTo(3);
        assertThat(size(path + "&class=TRANSIENT&code=gate-broken")).isEqualTo(3);
        assertThat(size(path + "&class=POISON")).isZero();
        assertThat(size(path + "&code=other")).isZero();
        invalid(api.get(path + "&class=transient"), "invalid-value", "class");
        invalid(api.get("/dead-letters?batchId=7"), "invalid-value", "batchId");
    }

    @Test
    void replaysWhatAFilterFinds() {
        String batch = dead(2);
        String filter = "\"filter\": {\"batchId\": \"" + batch + "\", \"class\": \"TRANSIENT\"}";

        Api.Response tooMany = api.post("/dead-letters/replay", "{" + filter + ", \"expectedCount\": 1}");
        assertThat(problem(tooMany, 409, "count-changed")
                        .json()
                        .path("actualCount")
                        .asInt())
                .isEqualTo(2);
        assertThat(api.get("/batches/" + batch).text("/state")).isEqualTo("FAILED");

        Api.Response replayed = api.post("/dead-letters/replay", "{" + filter + ", \"expectedCount\": 2}");
        assertThat(replayed.status()).isEqualTo(200);
        assertThat(replayed.json().path("count").asInt()).isEqualTo(2);
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(size("/dead-letters?batchId=" + batch)).isZero();
    }

    @Test
    void replaysWhatIsNamed() {
        JsonNode job = deadJob();
        String selection = "{\"ids\": [\"" + job.path("id").asString() + "\"]}";

        assertThat(api.post("/dead-letters/replay", selection)
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(1);

        api.awaitJob(job.path("id").asString(), "SUCCEEDED");
        assertThat(api.post("/dead-letters/replay", selection)
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
    }

    @Test
    void takesDiscardedOnesOffTheListForGood() {
        String batch = dead(2);
        String filter = "\"filter\": {\"batchId\": \"" + batch + "\"}";
        problem(api.post("/dead-letters/discard", "{" + filter + ", \"expectedCount\": 0}"), 409, "count-changed");
        assertThat(size("/dead-letters?batchId=" + batch)).isEqualTo(2);

        Api.Response discarded = api.post("/dead-letters/discard", "{" + filter + ", \"expectedCount\": 5}");

        assertThat(discarded.json().path("count").asInt()).isEqualTo(2);
        assertThat(size("/dead-letters?batchId=" + batch)).isZero();
        JsonNode job = api.job(batch, 0);
        assertThat(job.path("state").asString()).isEqualTo("DEAD");
        assertThat(job.path("discardedAt").asString()).endsWith("Z");
        problem(api.act("/jobs/" + job.path("id").asString() + "/retry"), 409, "invalid-state");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | missing-field | ``",
                "{\"ids\": [], \"filter\": {}} | missing-field | ``",
                "{\"ids\": []} | invalid-value | /ids",
                "{\"ids\": [7]} | invalid-value | /ids/0",
                "{\"ids\": [\"7\"]} | invalid-value | /ids/0",
                "{\"ids\": [null]} | invalid-value | /ids",
                "{\"filter\": {}} | missing-field | /expectedCount",
                "{\"filter\": {}, \"expectedCount\": \"1\"} | invalid-value | /expectedCount",
                "{\"filter\": {}, \"expectedCount\": -1} | invalid-value | /expectedCount",
                "{\"filter\": {\"class\": \"x\"}, \"expectedCount\": 1} | invalid-value | /filter/class",
                "{\"filter\": {\"tag\": \"x\"}, \"expectedCount\": 1} | unknown-field | /filter/tag",
                "{\"filter\": {\"code\": \"\\u0000\"}, \"expectedCount\": 1} | invalid-value | /filter/code",
            })
    void refusesSelectionsThatCannotBe(String body, String code, String pointer) {
        invalid(api.post("/dead-letters/replay", body), code, pointer);
        invalid(api.post("/dead-letters/discard", body), code, pointer);
    }

    @Test
    void takesAThousandIdsAtATime() {
        String ids = IntStream.range(0, 1001)
                .mapToObj(i -> "\"" + java.util.UUID.randomUUID() + "\"")
                .collect(Collectors.joining(","));

        invalid(api.post("/dead-letters/discard", "{\"ids\": [" + ids + "]}"), "invalid-value", "/ids");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "text"})
    void refusesABodyThatIsNoSelection(String body) {
        problem(api.post("/dead-letters/replay", body), 400, "malformed-request");
    }

    private String dead(int documents) {
        gate.fail();
        String batch = gated(documents);
        api.finished(batch);
        gate.mend();
        return batch;
    }

    private int size(String path) {
        return api.get(path).json().path("items").size();
    }
}
