package io.mivaa.batch.intake.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Gate;
import io.mivaa.batch.intake.RunningService;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that say when a batch starts and how much of it runs at a time. */
class StartOptionTests extends RunningService {

    private static final String DOCUMENTS =
            "\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak.\"}, {\"filename\": \"b.txt\", \"text\": \"Ash.\"}]";

    @Test
    void waitsForItsTimeAndSaysSo() {
        String at = Instant.now().plus(Duration.ofSeconds(3)).toString();
        Api.Response accepted = post("\"scheduledAt\": \"" + at + "\"");

        assertThat(accepted.text("/state")).isEqualTo("SCHEDULED");
        assertThat(accepted.text("/scheduledAt")).isNotEmpty();
        assertThat(accepted.json().at("/counts/scheduled").asInt()).isEqualTo(2);
        assertThat(api.job(accepted.id(), 0).path("runAfter").asString()).isNotEmpty();
        Api.Response end = api.finished(accepted.id());
        assertThat(end.text("/state")).isEqualTo("SUCCEEDED");
        assertThat(Instant.parse(end.text("/startedAt"))).isAfterOrEqualTo(Instant.parse(at));
    }

    @Test
    void startsAfterTheBatchesItNames() {
        gate.shut();
        String first = gated(1);
        String second = post("\"after\": [\"" + first + "\"]").id();
        assertThat(api.get("/batches/" + second).text("/state")).isEqualTo("SCHEDULED");
        assertThat(api.get("/batches/" + second).text("/after/0")).isEqualTo(first);
        Api.Response refused = api.delete("/batches/" + first);
        problem(refused, 409, "invalid-state");
        assertThat(refused.text("/detail")).contains("Another batch waits for this one");

        gate.open();

        assertThat(api.finished(second).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(Instant.parse(api.get("/batches/" + second).text("/startedAt")))
                .isAfterOrEqualTo(Instant.parse(api.get("/batches/" + first).text("/finishedAt")));
        assertThat(api.delete("/batches/" + first).status()).isEqualTo(204);
    }

    @Test
    void isGivenUpWithTheBatchItWaitsForAndKeepsThatBatchUntilThen() {
        gate.shut();
        String first = gated(1);
        String second = post("\"after\": [\"" + first + "\"]").id();
        api.act("/batches/" + first + "/cancel");

        assertThat(api.finished(second).text("/state")).isEqualTo("FAILED");
        assertThat(api.job(second, 0).at("/error/code").asString()).isEqualTo("dependency-failed");
        gate.open();
        assertThat(api.act("/batches/" + second + "/retry").text("/terminal")).isEqualTo("false");
        assertThat(api.finished(second).text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void runsOnlyAsManyJobsAtATimeAsItAllows() {
        gate.shut();
        String options = Gate.OPTIONS.replaceFirst("\\{", "{\"maxInFlight\": 1, ");
        String documents = document("a.txt", sentence()) + ", " + document("b.txt", sentence());
        String bounded =
                accepted(api.post("/batches", "{\"options\": " + options + ", \"documents\": [" + documents + "]}"));
        Awaitility.await().until(() -> gate.waiting() == 1);
        String free = gated(1);
        Awaitility.await().until(() -> gate.waiting() == 2);

        assertThat(api.get("/batches/" + bounded).json().at("/counts/running").asInt())
                .isEqualTo(1);
        assertThat(api.get("/batches/" + bounded)
                        .json()
                        .at("/options/maxInFlight")
                        .asInt())
                .isEqualTo(1);
        gate.open();
        assertThat(api.finished(bounded).text("/state")).isEqualTo("SUCCEEDED");
        api.finished(free);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'\"maxInFlight\": 0'; invalid-value; /options/maxInFlight",
                "'\"scheduledAt\": \"tomorrow\"'; invalid-value; /options/scheduledAt",
                "'\"scheduledAt\": \"2026-12-01T08:00:00\"'; invalid-value; /options/scheduledAt",
                "'\"maxInFlight\": 10001'; invalid-value; /options/maxInFlight",
                "'\"scheduledAt\": \"+10000-01-01T00:00:00Z\"'; invalid-value; /options/scheduledAt",
                "'\"scheduledAt\": \"+999999999-12-31T23:59:59-18:00\"'; invalid-value; /options/scheduledAt",
                "'\"after\": [null]'; invalid-value; /options/after/0",
                "'\"after\": [\"me\"]'; invalid-value; /options/after/0",
                "'\"after\": [\"00000000-0000-7000-8000-000000000000\"]'; unknown-batch; /options/after/0"
            })
    void refusesWhatMakesNoSense(String option, String code, String pointer) {
        invalid(post(option), code, pointer);
    }

    @Test
    void refusesToWaitForTooManyBatches() {
        String id = "\"00000000-0000-7000-8000-000000000000\"";

        invalid(post("\"after\": [" + (id + ", ").repeat(20) + id + "]"), "invalid-value", "/options/after");
    }

    @Test
    void takesTheOptionsAsQueryParametersToo() {
        String first = post("\"name\": \"first\"").id();

        Api.Response accepted = api.post(
                "/batches?maxInFlight=2&after=" + first + "&scheduledAt=2020-01-01T00:00:00Z",
                Api.NDJSON,
                "{\"filename\": \"a.txt\", \"text\": \"Oak.\"}\n");

        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(accepted.text("/after/0")).isEqualTo(first);
        assertThat(api.finished(accepted.id()).text("/state")).isEqualTo("SUCCEEDED");
    }

    private Api.Response post(String option) {
        return api.post("/batches", "{\"options\": {" + option + "}, " + DOCUMENTS + "}");
    }
}
