package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Gate;
import io.mivaa.batch.intake.RunningService;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an owner does to batches and jobs. */
class ActionTests extends RunningService {

    @Test
    void dispatchesNothingOfAPausedBatchUntilItIsResumed() {
        gate.shut();
        String batch = gated(5);
        Awaitility.await().until(() -> gate.waiting() == 2);
        assertThat(api.act("/batches/" + batch + "/pause").text("/state")).isEqualTo("PAUSED");
        gate.open();
        Awaitility.await().until(() -> count(batch, "running") == 0);

        // Two workers are free now and poll every 50 ms; another batch goes all the way past this one.
        api.finished(gated(3));

        assertThat(count(batch, "succeeded")).isEqualTo(2);
        assertThat(count(batch, "queued")).isEqualTo(3);
        Api.Response resumed = api.act("/batches/" + batch + "/resume");
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(resumed.text("/state")).isNotEqualTo("PAUSED");
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void cancelsWhatRunsAndWhatWaits() {
        gate.shut();
        String batch = gated(4);
        Awaitility.await().until(() -> gate.waiting() == 2);

        Api.Response cancelled = api.act("/batches/" + batch + "/cancel");

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.text("/state")).isEqualTo("CANCELLED");
        assertThat(cancelled.json().at("/counts/cancelled").asInt()).isEqualTo(4);
        gate.open();
        Awaitility.await().until(() -> gate.waiting() == 0);
        api.finished(gated(2));
        assertThat(count(batch, "cancelled")).isEqualTo(4);
        problem(api.get("/jobs/" + api.job(batch, 0).path("id").asString() + "/result"), 409, "invalid-state");
    }

    @Test
    void doesNotCancelAFinalBatch() {
        String batch = gated(1);
        api.finished(batch);

        problem(api.act("/batches/" + batch + "/cancel"), 409, "invalid-state");
        assertThat(api.get("/batches/" + batch).text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void cancelsOneJob() {
        gate.shut();
        String batch = gated(2);
        Awaitility.await().until(() -> gate.waiting() == 2);
        String job = api.job(batch, 0).path("id").asString();

        Api.Response cancelled = api.act("/jobs/" + job + "/cancel");

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.text("/state")).isEqualTo("CANCELLED");
        assertThat(cancelled.text("/error/class")).isEqualTo("CANCELLED");
        assertThat(api.act("/jobs/" + job + "/cancel").status()).isEqualTo(200);
        problem(api.act("/jobs/" + job + "/retry"), 409, "invalid-state");
        gate.open();
        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");
        assertThat(api.get("/jobs/" + job).text("/state")).isEqualTo("CANCELLED");
    }

    @Test
    void retriesADeadJobWhenItsCauseHasGone() {
        JsonNode dead = deadJob();
        String job = dead.path("id").asString();
        String batch = dead.path("batchId").asString();
        assertThat(dead.at("/error/code").asString()).isEqualTo("gate-broken");
        gate.shut();

        Api.Response retried = api.act("/jobs/" + job + "/retry");

        assertThat(retried.status()).isEqualTo(200);
        assertThat(retried.text("/state")).isIn("QUEUED", "RUNNING");
        assertThat(api.get("/batches/" + batch).json().path("terminal").asBoolean())
                .isFalse();
        assertThat(api.act("/jobs/" + job + "/retry").status()).isEqualTo(200);
        gate.open();
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        problem(api.act("/jobs/" + job + "/retry"), 409, "invalid-state");
        problem(api.act("/jobs/" + job + "/cancel"), 409, "invalid-state");
    }

    @Test
    void retriesTheDeadJobsOfABatch() {
        String batch = deadJob().path("batchId").asString();

        assertThat(api.act("/batches/" + batch + "/retry").status()).isEqualTo(200);

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.act("/batches/" + batch + "/retry").status()).isEqualTo(200);
        assertThat(api.get("/batches/" + batch).text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void changesThePriorityOfABatchThatIsNotFinal() {
        gate.shut();
        String batch = gated(1);

        Api.Response changed = api.patch("/batches/" + batch, "{\"priority\": \"critical\"}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.text("/priority")).isEqualTo("critical");
        assertThat(api.patch("/batches/" + batch, "{\"priority\": \"critical\"}")
                        .status())
                .isEqualTo(200);
        gate.open();
        api.finished(batch);
        problem(api.patch("/batches/" + batch, "{\"priority\": \"low\"}"), 409, "invalid-state");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing-field | /priority",
                "{\"priority\": null} | missing-field | /priority",
                "{\"priority\": \"urgent\"} | invalid-value | /priority",
                "{\"priority\": 1} | invalid-value | /priority",
                "{\"name\": \"x\"} | unknown-field | /name"
            })
    void refusesChangesThatCannotBe(String body, String code, String pointer) {
        invalid(api.patch("/batches/" + gated(1), body), code, pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "7"})
    void refusesAChangeThatIsNoObject(String body) {
        assertThat(api.patch("/batches/" + gated(1), body).status()).isEqualTo(400);
    }

    @Test
    void repeatsWhatChangesNothing() {
        gate.shut();
        String batch = gated(3);

        for (String action : List.of("/pause", "/pause", "/resume", "/resume", "/retry", "/cancel", "/cancel")) {
            assertThat(api.act("/batches/" + batch + action).status())
                    .as(action)
                    .isEqualTo(200);
        }
    }

    @Test
    void forbidsWhatTheStateForbids() {
        gate.shut();
        String cancelled = gated(1);
        problem(api.delete("/batches/" + cancelled), 409, "invalid-state");
        api.act("/batches/" + cancelled + "/cancel");

        for (String action : List.of("/pause", "/resume", "/retry")) {
            problem(api.act("/batches/" + cancelled + action), 409, "invalid-state");
        }
        problem(api.patch("/batches/" + cancelled, "{\"priority\": \"low\"}"), 409, "invalid-state");
    }

    @Test
    void doesNotRetryADeadJobOfACancelledBatch() {
        gate.shut();
        String batch = accepted(api.post(
                "/batches",
                "{\"options\": " + Gate.OPTIONS + ", \"documents\": [" + document("bad.txt", "") + ","
                        + document("good.txt", sentence()) + "]}"));
        api.act("/batches/" + batch + "/cancel");

        problem(api.act("/jobs/" + api.job(batch, 0).path("id").asString() + "/retry"), 409, "invalid-state");
    }

    @Test
    void forgetsAFinalBatch() {
        String batch = gated(1);
        api.finished(batch);
        String job = api.job(batch, 0).path("id").asString();

        assertThat(api.delete("/batches/" + batch).status()).isEqualTo(204);

        problem(api.get("/batches/" + batch), 404, "batch-not-found");
        problem(api.get("/jobs/" + job), 404, "job-not-found");
        problem(api.get("/jobs/" + job + "/result"), 404, "job-not-found");
        problem(api.delete("/batches/" + batch), 404, "batch-not-found");
    }

    @Test
    void actsOnNothingThatIsNotThere() {
        String none = UUID.randomUUID().toString();
        for (String action : List.of("/pause", "/resume", "/retry", "/cancel")) {
            problem(api.act("/batches/" + none + action), 404, "batch-not-found");
        }
        problem(api.patch("/batches/" + none, "{\"priority\": \"low\"}"), 404, "batch-not-found");
        problem(api.delete("/batches/" + none), 404, "batch-not-found");
        problem(api.act("/jobs/" + none + "/retry"), 404, "job-not-found");
        problem(api.act("/jobs/" + none + "/cancel"), 404, "job-not-found");
    }

    private int count(String batch, String state) {
        return api.get("/batches/" + batch).json().at("/counts/" + state).asInt();
    }
}
