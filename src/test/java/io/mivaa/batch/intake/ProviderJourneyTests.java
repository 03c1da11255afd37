package io.mivaa.batch.intake;

import static io.mivaa.batch.testkit.StandInProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.StandInProvider;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The whole service with a provider over HTTP beside its own model. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.worker.concurrency=2",
            "mivaa.worker.breaker.open-time=300ms",
            "mivaa.preview.max-size=64KB",
            "mivaa.embeddings.max-inputs=40",
            "mivaa.embeddings.max-request-size=64KB",
            "mivaa.embedding.cache.max-wait=10s",
            "mivaa.embedding.providers.acme.model=small",
            "mivaa.embedding.providers.acme.dimensions=2",
            "mivaa.embedding.providers.acme.document-prefix=passage:",
            "mivaa.embedding.providers.acme.query-prefix=query:"
        })
class ProviderJourneyTests {

    private static final StandInProvider PROVIDER = new StandInProvider();
    private static final String ACME =
            "{\"embedding\": {\"provider\": \"acme\", \"model\": \"small\"}, \"tags\": [\"%s\"]}";

    private Api api;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
        registry.add("mivaa.embedding.providers.acme.base-url", PROVIDER::url);
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void connect(@LocalServerPort int port) {
        api = new Api(port);
    }

    private Api.Response run(String tag, String externalId, String text) {
        Api.Response accepted = api.post(
                "/batches",
                "{\"options\": " + ACME.formatted(tag) + ", \"documents\": [{\"externalId\": \"" + externalId
                        + "\", \"filename\": \"a.md\", \"text\": \"" + text.replace("\n", "\\n") + "\"}]}");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return api.finished(accepted.id());
    }

    private static String sections(String... subjects) {
        return IntStream.range(0, subjects.length)
                .mapToObj(i -> "# Part " + i + "\n\n" + (subjects[i] + " is what this part is about. ").repeat(12))
                .collect(Collectors.joining("\n\n"));
    }

    private static List<String> sent(int from) {
        return PROVIDER.requests().subList(from, PROVIDER.requests().size()).stream()
                .flatMap(request -> request.input().stream())
                .toList();
    }

    @Test
    void unchangedChunksKeepTheirVectorsWhenADocumentComesAgain() {
        int before = PROVIDER.requests().size();
        assertThat(run("again", "sheet", sections("Oak", "Beech", "Larch")).text("/state"))
                .isEqualTo("SUCCEEDED");
        List<String> first = sent(before);
        assertThat(first).hasSizeGreaterThanOrEqualTo(3).allMatch(text -> text.startsWith("passage:"));

        int changed = PROVIDER.requests().size();
        assertThat(run("again", "sheet", sections("Oak", "Elm", "Larch")).text("/state"))
                .isEqualTo("SUCCEEDED");

        assertThat(sent(changed))
                .isNotEmpty()
                .allMatch(text -> text.contains("Elm"))
                .hasSizeLessThan(first.size());
        JsonNode hit = api.post("/search", "{\"query\": \"Elm\", \"filter\": {\"tags\": [\"again\"]}}")
                .json();
        assertThat(hit.path("model").asString()).isEqualTo("acme/small");
        assertThat(hit.path("items").size()).isPositive();
        assertThat(sent(changed)).contains("query:Elm");
    }

    @Test
    void whatWasEmbeddedBeforeAnAttemptFailedIsNotPaidTwice() {
        String[] subjects = IntStream.range(0, 45).mapToObj(i -> "Tree" + i).toArray(String[]::new);
        int before = PROVIDER.requests().size();
        PROVIDER.then(StandInProvider.well());
        for (int i = 0; i < 3; i++) {
            PROVIDER.then(status("500 Oh", "{}"));
        }

        Api.Response batch = run("twice", "twice", sections(subjects));

        assertThat(batch.text("/state")).isEqualTo("SUCCEEDED");
        List<String> texts = sent(before);
        List<String> first = PROVIDER.requests().get(before).input();
        assertThat(first).hasSize(32);
        assertThat(first).allSatisfy(text -> assertThat(texts).containsOnlyOnce(text));
        assertThat(texts.size()).isGreaterThan(45);
    }

    @Test
    void aModelThatIsNotConfiguredIsRefusedWithItsPlace() {
        Api.Response answer = api.post(
                "/batches",
                "{\"options\": {\"embedding\": {\"provider\": \"acme\", \"model\": \"large\"}, \"chunking\": {}},"
                        + " \"documents\": [{\"filename\": \"a.txt\", \"text\": \"a\"}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/options/embedding");
        assertThat(answer.text("/errors/0/detail")).contains("acme/small", "onnx/all-minilm-l6-v2-q");
    }

    @Test
    void aKeyThatIsRefusedKeepsDocumentsWaitingUntilItIsMended() {
        for (int i = 0; i < 9; i++) {
            PROVIDER.then(status("401 Unauthorized", "{}"));
        }

        Api.Response batch = run("key", "locked", "A larch grows in the mountains " + System.nanoTime() + ".");

        assertThat(batch.text("/state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void aStormOfRefusalsCostsNoAttempt() {
        for (int i = 0; i < 8; i++) {
            PROVIDER.then(status("429 Too Many Requests", "{}", "Retry-After: 0"));
        }

        Api.Response batch = run("storm", "wet", "Rain falls on the roof " + System.nanoTime() + ".");

        assertThat(batch.text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.job(batch.id(), 0).path("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void speaksAsOpenAiDoes() {
        Api.Response models = api.get("/models");
        Api.Response answer = api.post(
                "/embeddings",
                "{\"model\": \"acme/small\", \"input\": [\"abc\", \"abcdef\"], \"encoding_format\": \"float\"}");

        assertThat(models.text("/object")).isEqualTo("list");
        assertThat(models.json().path("data").findValuesAsString("id"))
                .containsExactlyInAnyOrder("acme/small", "onnx/all-minilm-l6-v2-q");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.text("/object")).isEqualTo("list");
        assertThat(answer.text("/model")).isEqualTo("acme/small");
        assertThat(answer.json().at("/data/1/index").asInt()).isEqualTo(1);
        // The vector of "query:abc", nine letters.
        assertThat(answer.json().at("/data/0/embedding/0").asDouble())
                .isCloseTo(9 / Math.sqrt(82), org.assertj.core.api.Assertions.within(1e-5));
        assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isPositive();
        assertThat(answer.json().at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void givesBase64AndDocumentsToo() {
        Api.Response answer = api.post(
                "/embeddings",
                "{\"model\": \"acme/small\", \"input\": \"a\", \"encoding_format\": \"base64\", \"dimensions\": 2,"
                        + " \"input_type\": \"document\"}");

        byte[] bytes = java.util.Base64.getDecoder().decode(answer.text("/data/0/embedding"));
        float first = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getFloat();
        assertThat(bytes).hasSize(8);
        assertThat((double) first).isCloseTo(9 / Math.sqrt(82), org.assertj.core.api.Assertions.within(1e-5));
        assertThat(sent(PROVIDER.requests().size() - 1)).containsExactly("passage:a");
    }

    @Test
    void embedsWithTheModelInTheProcess() {
        Api.Response answer =
                api.post("/embeddings", "{\"model\": \"onnx/all-minilm-l6-v2-q\", \"input\": \"a stone\"}");

        assertThat(answer.json().at("/data/0/embedding").size()).isEqualTo(384);
        assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input\": \"a\"} | 400 | missing_field | model",
                "{\"model\": \"acme/small\"} | 400 | missing_field | input",
                "{\"model\": \"acme/small\", \"input\": null} | 400 | missing_field | input",
                "{\"model\": \"acme/none\", \"input\": \"a\"} | 404 | model_not_found | ",
                "{\"model\": \"acme/small\", \"input\": []} | 400 | invalid_value | input",
                "{\"model\": \"acme/small\", \"input\": [[1, 2]]} | 400 | invalid_value | input.0",
                "{\"model\": \"acme/small\", \"input\": [\"a\", \" \"]} | 400 | invalid_value | input.1",
                "{\"model\": \"acme/small\", \"input\": {}} | 400 | invalid_value | input",
                "{\"model\": \"acme/small\", \"input\": \"a\", \"dimensions\": 3} | 400 | invalid_value | dimensions",
                "{\"model\": \"acme/small\", \"input\": \"a\", \"encoding_format\": \"int8\"} | 400 | invalid_value | encoding_format",
                "{\"model\": \"acme/small\", \"input\": \"a\", \"input_type\": \"x\"} | 400 | invalid_value | input_type",
                "{\"model\": \"acme/small\", \"input\": \"a\", \"user\": \"x\"} | 400 | unknown_field | user",
                "{\"model\": | 400 | malformed_request | ",
                "null | 400 | invalid_value | ''",
            })
    void saysWhatIsWrongAsOpenAiDoes(String body, int status, String code, String param) {
        Api.Response answer = api.post("/embeddings", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.text("/error/code")).as(answer.toString()).isEqualTo(code);
        assertThat(answer.text("/error/type")).isEqualTo("invalid_request_error");
        assertThat(answer.text("/error/message")).isNotBlank();
        assertThat(answer.json().at("/error/param").asString("")).isEqualTo(param == null ? "" : param);
    }

    @Test
    void refusesWhatIsTooMuch() {
        String text = "word ".repeat(600);
        Api.Response tooLong =
                api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": [\"a\", \"" + text + "\"]}");
        Api.Response tooMany =
                api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": [" + "\"a\",".repeat(40) + "\"a\"]}");
        Api.Response tooLarge =
                api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": \"" + "a".repeat(70_000) + "\"}");

        assertThat(tooLong.text("/error/code")).isEqualTo("text_too_long");
        assertThat(tooLong.text("/error/param")).isEqualTo("input.1");
        assertThat(tooMany.text("/error/code")).isEqualTo("invalid_value");
        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(tooLarge.text("/error/code")).isEqualTo("request_too_large");
    }

    @Test
    void saysWhenTheProviderDoesNotAnswer() {
        PROVIDER.then(status("429 Too Many Requests", "{}", "Retry-After: 1"));
        Api.Response limited = api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": \"a\"}");

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.text("/error/type")).isEqualTo("rate_limit_error");
        assertThat(limited.header("Retry-After")).isEqualTo("1");

        PROVIDER.then(status("500 Oh", "{}")).then(status("400 Bad Request", "{}"));
        Awaitility.await().untilAsserted(() -> {
            Api.Response down = api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": \"a\"}");
            assertThat(down.status()).as(down.toString()).isEqualTo(503);
            assertThat(down.text("/error/code")).isEqualTo("embedding_unavailable");
            assertThat(down.text("/error/type")).isEqualTo("server_error");
        });
        Api.Response refused = api.post("/embeddings", "{\"model\": \"acme/small\", \"input\": \"a\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/error/code")).isEqualTo("embedding_refused");
    }

    private static final String DOCUMENT =
            "\"filename\": \"stone.md\", \"text\": \"# Stone\\n\\nGrey and hard.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\"";

    @Test
    void showsWhatADocumentWouldBecomeAndKeepsNothing() {
        int asked = PROVIDER.requests().size();
        Api.Response bare =
                api.post("/preview", "{" + DOCUMENT + ", \"options\": " + "{\"chunking\": {\"maxTokens\": 32}}}");
        Api.Response wrapped = api.post(
                "/preview", "{\"options\": {\"chunking\": {\"maxTokens\": 32}}, \"documents\": [{" + DOCUMENT + "}]}");
        Api.Response sent = api.send(api.request("/preview")
                .header("Content-Type", new Form().contentType())
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(new Form()
                        .file("stone.md", "# Stone\n\nGrey and hard.\n")
                        .bytes())));

        assertThat(bare.status()).as(bare.toString()).isEqualTo(200);
        assertThat(bare.json()).isEqualTo(wrapped.json());
        assertThat(bare.text("/title")).isEqualTo("Stone");
        assertThat(bare.text("/source/contentType")).isEqualTo("text/markdown");
        assertThat(bare.text("/structure/headings/0/text")).isEqualTo("Stone");
        assertThat(bare.json().path("tables").size()).isEqualTo(1);
        assertThat(bare.json().at("/quality/coverage").asDouble()).isEqualTo(1);
        assertThat(bare.json().at("/options/chunking/maxTokens").asInt()).isEqualTo(32);
        JsonNode chunk = bare.json().at("/chunks/0");
        assertThat(chunk.path("text").asString())
                .isEqualTo(bare.text("/text")
                        .substring(
                                chunk.path("start").asInt(), chunk.path("end").asInt()));
        assertThat(sent.status()).as(sent.toString()).isEqualTo(200);
        assertThat(sent.text("/title")).isEqualTo("Stone");
        assertThat(api.get("/documents").json().path("items").findValuesAsString("filename"))
                .doesNotContain("stone.md");
        assertThat(PROVIDER.requests()).hasSize(asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"filename\": \"a.txt\", \"text\": \"a\", \"options\": {\"tags\": [\"x\"]}} | 400 | /options/tags",
                "{\"filename\": \"a.txt\", \"text\": \"a\", \"options\": {\"chunking\": {\"maxTokens\": 999}}} | 400 | /options/chunking",
                "{\"filename\": \"a.txt\", \"text\": \"a\", \"name\": \"x\"} | 400 | /name",
                "{\"filename\": \"a.txt\"} | 400 | ''",
                "{\"text\": \"a\"} | 400 | /filename",
                "{} | 400 | ''",
                "{\"documents\": []} | 400 | ''",
                "{\"filename\": \"a.txt\", \"text\": \"\"} | 422 | ''",
                "{\"filename\": \"a.txt\", \"text\": \" \"} | 422 | ''",
                "{\"documents\": [{\"filename\": \"a\", \"text\": \"a\"}, {\"filename\": \"b\", \"text\": \"b\"}]} | 413 | ''",
            })
    void refusesAPreviewThatCannotBe(String body, int status, String pointer) {
        Api.Response answer = api.post("/preview", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.text("/errors/0/pointer")).as(answer.toString()).isEqualTo(pointer);
    }

    @Test
    void refusesAPreviewInLinesOrOfTooManyBytes() {
        assertThat(api.post("/preview", Api.NDJSON, "{" + DOCUMENT + "}").status())
                .isEqualTo(415);
        assertThat(api.post("/preview", "{\"filename\": \"a.txt\", \"text\": \"" + "a".repeat(70_000) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void estimatesABatchWithoutAcceptingIt() {
        run("pace", "pace", sections("Marble", "Granite"));
        int batches = api.get("/batches?limit=200").json().path("items").size();
        String body = "{\"options\": " + ACME.formatted("x") + ", \"documents\": [{" + DOCUMENT + "},"
                + " {\"filename\": \"b.txt\", \"text\": \"Hard.\"}, {\"filename\": \"c.txt\", \"text\": \"\"}]}";

        Api.Response answer = api.post("/batches/estimate", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        JsonNode estimate = answer.json();
        assertThat(estimate.path("documents").asInt()).isEqualTo(3);
        assertThat(estimate.path("refused").asInt()).isEqualTo(1);
        assertThat(estimate.path("chunks").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(estimate.path("tokens").asInt()).isGreaterThan(10);
        assertThat(estimate.path("seconds").asDouble(-1)).isNotNegative();
        assertThat(estimate.at("/basis/documentsRead").asInt()).isEqualTo(2);
        assertThat(estimate.at("/basis/jobs").asInt()).isPositive();
        assertThat(estimate.at("/basis/concurrency").asInt()).isEqualTo(2);
        assertThat(api.get("/batches?limit=200").json().path("items").size()).isEqualTo(batches);
    }

    @Test
    void saysNoTimeForAModelThatHasDoneNothingYet() {
        JsonNode estimate = api.post("/batches/estimate", "{\"documents\": [{" + DOCUMENT + "}]}")
                .json();

        assertThat(estimate.path("chunks").asInt()).isPositive();
        assertThat(estimate.path("seconds").isNull()).isTrue();
        assertThat(estimate.at("/basis/jobs").asInt(-1)).isZero();
        assertThat(api.post("/batches/estimate", "{\"documents\": []}").status())
                .isEqualTo(400);
        assertThat(api.post("/batches/estimate", "{\"documents\": [], \"x\": 1}")
                        .text("/errors/0/pointer"))
                .isEqualTo("/x");
    }
}
