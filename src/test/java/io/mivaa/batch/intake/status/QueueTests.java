package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What an operator sees of the queue, and does to it. */
class QueueTests extends RunningService {

    @AfterEach
    void goOn() {
        api.act("/queue/resume");
    }

    @Test
    void holdsEverythingUntilTheQueueGoesOn() {
        assertThat(api.act("/queue/pause").json().path("paused").asBoolean()).isTrue();
        String batch = gated(2);

        JsonNode queue = api.get("/queue").json();

        assertThat(queue.path("paused").asBoolean()).isTrue();
        assertThat(queue.at("/jobs/QUEUED").asInt()).isEqualTo(2);
        assertThat(queue.at("/priorities/0/priority").asString()).isEqualTo("normal");
        assertThat(queue.at("/priorities/0/depth").asInt()).isEqualTo(2);
        assertThat(queue.at("/priorities/0/oldestSeconds").asDouble()).isNotNegative();
        assertThat(api.act("/queue/pause").status()).isEqualTo(200);
        assertThat(api.act("/queue/resume").json().path("paused").asBoolean()).isFalse();
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.get("/queue").json().path("finishedPerMinute").asInt()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void showsWhatIsNextWithoutTakingIt() {
        gate.shut();
        String running = gated(2);
        Awaitility.await().until(() -> gate.waiting() == 2);
        String normal = gated(1);
        String high = gated(1);
        api.patch("/batches/" + high, "{\"priority\": \"high\"}");

        JsonNode next = api.get("/queue/next?limit=5").json().path("items");

        assertThat(next.findValuesAsString("batchId")).containsExactly(high, normal);
        assertThat(api.get("/queue/next?limit=1").json().path("items").size()).isEqualTo(1);
        assertThat(api.get("/batches/" + normal).text("/state")).isEqualTo("QUEUED");
        invalid(api.get("/queue/next?limit=0"), "invalid-value", "limit");
        gate.open();
        api.finished(running);
        api.finished(normal);
        api.finished(high);
        assertThat(api.get("/queue/next").json().path("items").size()).isZero();
    }

    @Test
    void clearsWhatWaitsOfOneBatch() {
        gate.shut();
        String batch = gated(4);
        Awaitility.await().until(() -> gate.waiting() == 2);
        String filter = "{\"filter\": {\"batchId\": \"" + batch + "\"}, \"expectedCount\": ";
        Api.Response tooMany = api.post("/queue/clear", filter + "1}");
        assertThat(problem(tooMany, 409, "count-changed")
                        .json()
                        .path("actualCount")
                        .asInt())
                .isEqualTo(2);

        Api.Response cleared = api.post("/queue/clear", filter + "2}");

        assertThat(cleared.status()).isEqualTo(200);
        assertThat(cleared.json().path("count").asInt()).isEqualTo(2);
        gate.open();
        JsonNode end = api.finished(batch).json();
        assertThat(end.path("state").asString()).isEqualTo("PARTIAL");
        assertThat(end.at("/counts/succeeded").asInt()).isEqualTo(2);
        assertThat(end.at("/counts/cancelled").asInt()).isEqualTo(2);
    }

    @Test
    void clearsEverythingThatWaits() {
        api.act("/queue/pause");
        String one = gated(1);
        String other = gated(1);

        assertThat(api.post("/queue/clear", "{\"expectedCount\": 2}")
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(2);

        assertThat(api.finished(one).json().at("/counts/cancelled").asInt()).isEqualTo(1);
        assertThat(api.finished(other).json().at("/counts/cancelled").asInt()).isEqualTo(1);
        assertThat(api.post("/queue/clear", "{\"filter\": {}, \"expectedCount\": 0}")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing-field | /expectedCount",
                "{\"filter\": {\"batchId\": \"7\"}, \"expectedCount\": 1} | invalid-value | /filter/batchId",
                "{\"filter\": {\"priority\": \"low\"}, \"expectedCount\": 1} | unknown-field | /filter/priority",
                "{\"expectedCount\": -1} | invalid-value | /expectedCount",
            })
    void refusesToClearWhatItDoesNotUnderstand(String body, String code, String pointer) {
        invalid(api.post("/queue/clear", body), code, pointer);
    }

    @Test
    void showsTheInstancesOfTheService() {
        JsonNode worker = api.get("/workers").json().at("/items/0");

        assertThat(worker.path("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(worker.path("concurrency").asInt()).isEqualTo(2);
        assertThat(worker.path("alive").asBoolean()).isTrue();
        assertThat(worker.path("draining").asBoolean()).isFalse();
        assertThat(worker.path("leaseUntil").asString()).endsWith("Z");
    }

    @ParameterizedTest
    @CsvSource({"5m, 10", "1h, 30", "24h, 300"})
    void tellsWhatWasDoneForCharts(String window, int bucketSeconds) {
        JsonNode statistics = api.get("/stats?window=" + window).json();

        assertThat(statistics.path("window").asString()).isEqualTo(window);
        assertThat(statistics.path("bucketSeconds").asInt()).isEqualTo(bucketSeconds);
        assertThat(statistics.path("items").isArray()).isTrue();
        assertThat(api.get("/stats").json().path("window").asString()).isEqualTo("5m");
        invalid(api.get("/stats?window=2h"), "invalid-value", "window");
    }
}
