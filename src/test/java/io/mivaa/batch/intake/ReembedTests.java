package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.StandInProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Documents that get vectors of another model, while their owner goes on. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.worker.concurrency=3",
            "mivaa.embedding.cache.enabled=false",
            "mivaa.secrets.key=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
            "mivaa.embedding.providers.acme.model=small",
            "mivaa.embedding.providers.acme.dimensions=2",
            "mivaa.embedding.providers.tiny.model=short",
            "mivaa.embedding.providers.tiny.dimensions=2",
            "mivaa.embedding.providers.tiny.max-tokens=32",
            "mivaa.intake.max-streamed-documents=5"
        })
class ReembedTests {

    private static final StandInProvider PROVIDER = new StandInProvider();
    private static final String OLD = "all-minilm-l6-v2-q";

    @Autowired
    private JdbcClient jdbc;

    private Api api;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
        registry.add("mivaa.embedding.providers.acme.base-url", PROVIDER::url);
        registry.add("mivaa.embedding.providers.tiny.base-url", PROVIDER::url);
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void connect(@LocalServerPort int port) {
        api = new Api(port);
    }

    private String upload(String tag, String... ids) {
        List<String> documents = new ArrayList<>();
        for (String id : ids) {
            documents.add("{\"externalId\": \"" + id + "\", \"filename\": \"" + id + ".txt\", \"text\": \"The " + id
                    + " stands at " + System.nanoTime() + ".\"}");
        }
        String batch = api.post(
                        "/batches",
                        "{\"options\": {\"tags\": [\"" + tag + "\"]}, \"documents\": [" + String.join(",", documents)
                                + "]}")
                .id();
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        return batch;
    }

    private static String request(String tag) {
        return "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"filter\": {\"tags\": [\"" + tag
                + "\"]}}";
    }

    private String reembed(String tag) {
        Api.Response answer = api.post("/batches/reembed", request(tag));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        assertThat(answer.header("Location")).isEqualTo("/api/v1/batches/" + answer.id());
        assertThat(answer.text("/options/embedding/model")).isEqualTo("small");
        return answer.id();
    }

    /** The model of each document's vectors. */
    private Map<String, String> models() {
        Map<String, String> models = new HashMap<>();
        for (JsonNode each : api.get("/documents?limit=200").json().path("items")) {
            models.put(
                    each.path("externalId").asString(), each.at("/model/model").asString());
        }
        return models;
    }

    private String documentId(String externalId) {
        return api.get("/documents?limit=200")
                .json()
                .path("items")
                .valueStream()
                .filter(each -> each.path("externalId").asString().equals(externalId))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    private boolean switched(String batch) {
        return jdbc.sql("select switched_at is not null from batch where id = :id::uuid")
                .param("id", batch)
                .query(Boolean.class)
                .single();
    }

    private static StandInProvider.Answer after(CountDownLatch latch) {
        return (request, out, provider) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            StandInProvider.well().write(request, out, provider);
        };
    }

    @Test
    void searchSwitchesOverAllAtOnceAndKeepsWhatHasChangedMeanwhile() {
        upload("all", "all-a", "all-b", "all-new", "all-gone");
        CountDownLatch release = new CountDownLatch(1);
        PROVIDER.then(after(release));
        String batch = reembed("all");
        Awaitility.await()
                .until(() -> api.get("/batches/" + batch)
                                .json()
                                .at("/counts/succeeded")
                                .asInt()
                        == 3);

        assertThat(models())
                .containsEntry("all-a", OLD)
                .containsEntry("all-b", OLD)
                .containsEntry("all-new", OLD);
        Api.Response before = api.post("/search", "{\"query\": \"stands\", \"filter\": {\"tags\": [\"all\"]}}");
        assertThat(before.text("/model")).isEqualTo("onnx/" + OLD);
        assertThat(before.json().path("items").size()).isEqualTo(4);
        upload("newer", "all-new");
        api.delete("/documents/" + documentId("all-gone"));
        release.countDown();

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        Awaitility.await().until(() -> switched(batch));
        assertThat(models())
                .containsEntry("all-a", "small")
                .containsEntry("all-b", "small")
                .containsEntry("all-new", OLD)
                .doesNotContainKey("all-gone");
        Api.Response after =
                api.post("/search", "{\"query\": \"stands\", \"filter\": {\"batchId\": \"" + batch + "\"}}");
        assertThat(after.text("/model")).isEqualTo("acme/small");
        assertThat(after.json().path("items").size()).isEqualTo(2);
        assertThat(api.delete("/batches/" + batch).status()).isEqualTo(204);
        assertThat(models()).containsEntry("all-a", OLD).containsEntry("all-b", OLD);
    }

    /** A second version of a document, which is accepted and does not start yet. */
    private String scheduled(String externalId) {
        return api.post(
                        "/batches",
                        "{\"options\": {\"scheduledAt\": \"2999-01-01T00:00:00Z\"}, \"documents\": [{\"externalId\": \""
                                + externalId + "\", \"filename\": \"late.txt\", \"text\": \"The second version.\"}]}")
                .id();
    }

    private void start(String batch) {
        jdbc.sql("update job set run_after = now() where batch_id = :id::uuid")
                .param("id", batch)
                .update();
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
    }

    private String text(String externalId) {
        return jdbc.sql("select r.text from document d join result r on r.id = d.result_id"
                        + " where d.key = 'external:' || :id")
                .param("id", externalId)
                .query(String.class)
                .single();
    }

    @Test
    void aVersionThatWasAcceptedBeforeBecomesCurrentWhenItSucceedsAfterwards() {
        upload("after", "after-a");
        String later = scheduled("after-a");
        String batch = reembed("after");
        api.finished(batch);
        Awaitility.await().until(() -> switched(batch));
        assertThat(models()).containsEntry("after-a", "small");

        start(later);

        assertThat(text("after-a")).isEqualTo("The second version.");
        assertThat(api.delete("/batches/" + later).status()).isEqualTo(204);
        assertThat(models()).containsEntry("after-a", "small");
    }

    @Test
    void aVersionThatWasAcceptedBeforeAndSucceedsMeanwhileStaysCurrent() {
        upload("late", "late-a", "late-b");
        String later = scheduled("late-a");
        CountDownLatch release = new CountDownLatch(1);
        PROVIDER.then(after(release));
        String batch = reembed("late");
        start(later);

        release.countDown();

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        Awaitility.await().until(() -> switched(batch));
        assertThat(models()).containsEntry("late-a", OLD).containsEntry("late-b", "small");
        assertThat(text("late-a")).isEqualTo("The second version.");
    }

    @Test
    void aDocumentThatDiedKeepsTheOthersFromSwitchingUntilItIsDiscarded() {
        upload("part", "part-a", "part-b");
        PROVIDER.then(StandInProvider.status("400 Bad Request", "{}"));
        String batch = reembed("part");

        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");
        // Longer than several passes take.
        String other = upload("other", "part-other");
        assertThat(switched(batch)).isFalse();
        assertThat(models()).containsEntry("part-a", OLD).containsEntry("part-b", OLD);

        api.post("/dead-letters/discard", "{\"filter\": {\"batchId\": \"" + batch + "\"}, \"expectedCount\": 1}");

        Awaitility.await().until(() -> switched(batch));
        assertThat(List.of(models().get("part-a"), models().get("part-b"))).containsExactlyInAnyOrder(OLD, "small");
        assertThat(api.get("/batches/" + other).text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void aDeadLetterThatIsReplayedLetsTheBatchSwitchOver() {
        upload("replay", "replay-a", "replay-b");
        PROVIDER.then(StandInProvider.status("400 Bad Request", "{}"));
        String batch = reembed("replay");
        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");

        api.act("/batches/" + batch + "/retry");

        Awaitility.await().until(() -> switched(batch));
        assertThat(models()).containsEntry("replay-a", "small").containsEntry("replay-b", "small");
    }

    @Test
    void whatCannotBeReadAgainIsEmbeddedAsItWasRead() throws IOException {
        String sentence = "The larch stands at " + System.nanoTime() + ".";
        String pdf = Base64.getEncoder().encodeToString(Pdfs.protectedBy("Lärche-7", sentence));
        upload("again", "again-plain", "again-gone");
        String locked = api.post("/batches", """
                        {"options": {"tags": ["again"]}, "documents": [{"externalId": "again-locked", "filename": "larch.pdf",
                         "base64": "%s", "password": "Lärche-7"}]}""".formatted(pdf)).id();
        assertThat(api.finished(locked).text("/state")).isEqualTo("SUCCEEDED");
        jdbc.sql("delete from document_content where job_id = (select id from job where external_id = 'again-gone')")
                .update();

        String batch = reembed("again");

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        Awaitility.await().until(() -> switched(batch));
        assertThat(models())
                .containsEntry("again-plain", "small")
                .containsEntry("again-locked", "small")
                .containsEntry("again-gone", "small");
        JsonNode before = result(locked, "again-locked");
        JsonNode after = result(batch, "again-locked");
        assertThat(after.path("text")).isEqualTo(before.path("text"));
        assertThat(after.path("text").asString()).contains(sentence);
        assertThat(after.path("title")).isEqualTo(before.path("title"));
        assertThat(after.at("/source/pages")).isEqualTo(before.at("/source/pages"));
        assertThat(after.at("/chunks/0/pages/first").asInt()).isEqualTo(1);
        assertThat(after.at("/quality/coverage").asDouble()).isEqualTo(1.0);
        // Whoever posts the bytes again is given what a parser makes of them, and that needs the password.
        String again = api.post("/batches", """
                        {"options": {"embedding": {"provider": "acme", "model": "small"}}, "documents":
                         [{"externalId": "again-other", "filename": "larch.pdf", "base64": "%s"}]}""".formatted(pdf)).id();
        assertThat(api.finished(again).text("/state")).isEqualTo("FAILED");
        assertThat(api.job(again, 0).at("/error/code").asString()).isEqualTo("encrypted-document");
    }

    private JsonNode result(String batch, String externalId) {
        return api.get("/batches/" + batch + "/jobs?limit=200")
                .json()
                .path("items")
                .valueStream()
                .filter(job -> job.path("externalId").asString().equals(externalId))
                .map(job -> api.get("/jobs/" + job.path("id").asString() + "/result")
                        .json())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBatchThatIsCancelledNeverSwitchesAndItsResultsAreNobodys() {
        String first = upload("stop", "stop-a", "stop-b");
        CountDownLatch release = new CountDownLatch(1);
        PROVIDER.then(after(release));
        String batch = reembed("stop");
        Awaitility.await()
                .until(() -> api.get("/batches/" + batch)
                                .json()
                                .at("/counts/succeeded")
                                .asInt()
                        == 1);

        api.act("/batches/" + batch + "/cancel");
        release.countDown();

        assertThat(api.finished(batch).text("/state")).isEqualTo("CANCELLED");
        assertThat(models()).containsEntry("stop-a", OLD).containsEntry("stop-b", OLD);
        // What is left falls back to no result that was never shown.
        assertThat(api.delete("/batches/" + first).status()).isEqualTo(204);
        assertThat(models()).doesNotContainKeys("stop-a", "stop-b");
        assertThat(switched(batch)).isFalse();
        assertThat(api.delete("/batches/" + batch).status()).isEqualTo(204);
    }

    @Test
    void whoeverComesNextSwitchesWhatAKilledInstanceHadNot() {
        upload("kill", "kill-a");
        String batch = reembed("kill");
        api.finished(batch);
        Awaitility.await().until(() -> switched(batch));

        // As it is between the commit of the last job and the switch.
        jdbc.sql("""
                        with former as (select j.id, j.seq, j.result_id, j.external_id from job j join batch b on b.id = j.batch_id
                                         where j.external_id = 'kill-a' and not b.switches),
                             back as (update batch set switched_at = null where id = :id::uuid)
                        update document d set job_id = f.id, job_seq = f.seq, result_id = f.result_id
                          from former f where d.key = 'external:' || f.external_id
                        """).param("id", batch).update();

        Awaitility.await().until(() -> "small".equals(models().get("kill-a")));
        assertThat(switched(batch)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /embedding",
                "{\"embedding\": {\"provider\": \"acme\"}} | /embedding",
                "{\"embedding\": {\"model\": \"all-minilm-l6-v2-q\"}} | /embedding",
                "{\"embedding\": {\"provider\": \"tiny\", \"model\": \"short\"}} | /embedding",
                "{\"embedding\": {\"provider\": \"acme\", \"model\": \"large\"}} | /embedding",
                "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"chunking\": {\"maxTokens\": 9999}} | /chunking",
                "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"filter\": {\"pages\": 1}} | /filter/pages",
                "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"filter\": {\"tags\": [null]}} | /filter/tags",
                "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"x\": 1} | /x",
            })
    void saysWhatIsWrong(String body, String pointer) {
        Api.Response answer = api.post("/batches/reembed", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.text("/errors/0/pointer")).as(answer.toString()).isEqualTo(pointer);
    }

    @Test
    void withoutAFilterTakesAllDocumentsAndSaysWhenTheseAreTooMany() {
        upload("many", "many-1", "many-2", "many-3", "many-4", "many-5", "many-6");

        Api.Response all =
                api.post("/batches/reembed", "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}}");

        assertThat(all.status()).as(all.toString()).isEqualTo(413);
        assertThat(all.text("/code")).isEqualTo("batch-too-large");
        assertThat(all.json().path("limit").asInt()).isEqualTo(5);
    }

    @Test
    void thereMustBeDocumentsThatHaveOtherVectors() {
        Api.Response none = api.post("/batches/reembed", request("nobody"));
        upload("same", "same-a");
        Api.Response same = api.post(
                "/batches/reembed",
                "{\"embedding\": {\"provider\": \"onnx\", \"model\": \"" + OLD + "\"}, \"filter\": {\"documentId\": \""
                        + documentId("same-a") + "\"}}");

        assertThat(none.status()).isEqualTo(422);
        assertThat(none.text("/code")).isEqualTo("no-documents");
        assertThat(same.text("/code")).isEqualTo("no-documents");
    }
}
