package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that are refused as a whole, in any of the three forms. */
class BadRequestTests extends RunningService {

    private static final String SECRET = "the-secret-of-the-caller";

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"})
    void refusesAnotherContentTypeWithoutQuotingTheBody(String type) {
        Api.Response answer = problem(api.post("/batches", type, SECRET), 415, "unsupported-media-type");

        assertThat(answer.body()).doesNotContain(SECRET);
    }

    @Test
    void refusesARequestWithoutContentType() {
        problem(api.act("/batches"), 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[1", "{\"documents\": [", "{\"documents\": []} x", "{\"documents\": []} {}", "nul"})
    void refusesWhatIsNotJson(String body) {
        Api.Response answer = api.post("/batches", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.text("/code")).isIn("malformed-request", "validation-failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | invalid-value | ``",
                "null | invalid-value | ``",
                "{} | missing-field | /documents",
                "{\"documents\": {}} | invalid-value | /documents",
                "{\"documents\": [7]} | invalid-value | /documents/0",
                "{\"documents\": [{\"text\": \"a\"}]} | missing-field | /documents/0/filename",
                "{\"documents\": [{\"filename\": null, \"text\": \"a\"}]} | missing-field | /documents/0/filename",
                "{\"documents\": [{\"filename\": \"a\"}]} | missing-field | /documents/0",
                "{\"documents\": [{\"filename\": 7, \"text\": \"a\"}]} | invalid-value | /documents/0/filename",
                "{\"documents\": [{\"filename\": \"a\", \"text\": 7}]} | invalid-value | /documents/0/text",
                "{\"documents\": [{\"filename\": \"a\", \"text\": null}]} | invalid-value | /documents/0/text",
                "{\"documents\": [{\"filename\": \"a\", \"base64\": \"!\"}]} | invalid-value | /documents/0/base64",
                "{\"documents\": [{\"filename\": \"a\", \"mivaa\": []}]} | invalid-value | /documents/0/mivaa",
                "{\"documents\": [{\"text\": \"a\", \"base64\": \"YQ==\"}]} | invalid-value | /documents/0/base64",
                "{\"documents\": [{\"filename\": \"a\", \"docling\": []}]} | invalid-value | /documents/0/docling",
                "{\"documents\": [{\"filename\": \"a\", \"unstructured\": {}}]} | invalid-value | /documents/0/unstructured",
                "{\"documents\": [{\"filename\": \"a\", \"text\": \"a\", \"password\": 7}]} | invalid-value | /documents/0/password",
                "{\"documents\": [{\"a/b~c\": 1}]} | unknown-field | /documents/0/a~1b~0c",
                "{\"documents\": [{\"externalId\": \" \"}]} | missing-field | /documents/0/filename",
                "{\"webhookUrl\": \"http://x\"} | unknown-field | /webhookUrl",
                "{\"name\": 7} | invalid-value | /name",
                "{\"options\": [], \"documents\": []} | invalid-value | /options",
                "{\"options\": {\"scheduledAt\": 7}} | invalid-value | /options/scheduledAt",
                "{\"options\": {\"after\": \"a\"}} | invalid-value | /options/after",
                "{\"options\": {\"maxInFlight\": \"1\"}} | invalid-value | /options/maxInFlight",
                "{\"options\": {\"cron\": \"* * * * *\"}} | unknown-field | /options/cron",
                "{\"options\": {\"chunking\": {\"size\": 1}}} | unknown-field | /options/chunking/size",
                "{\"options\": {\"maxAttempts\": \"3\"}} | invalid-value | /options/maxAttempts",
                "{\"options\": {\"maxAttempts\": 1.5}} | invalid-value | /options/maxAttempts",
                "{\"options\": {\"name\": 7}} | invalid-value | /options/name",
                "{\"options\": {\"tags\": \"a\"}} | invalid-value | /options/tags",
                "{\"options\": {\"tags\": [7]}} | invalid-value | /options/tags/0",
            })
    void pointsAtWhatIsWrongInAJsonBatch(String body, String code, String pointer) {
        invalid(api.post("/batches", body), code, pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"name\": \"a\\u0000b\" | /options/name",
                "\"name\": \"\\ud800\" | /options/name",
                "\"tags\": [\"\\u0000\"] | /options/tags",
                "\"tags\": [\"\"] | /options/tags",
                "\"tags\": [null] | /options/tags",
                "\"priority\": \"HIGH\" | /options/priority",
                "\"onInvalid\": \"shrug\" | /options/onInvalid",
                "\"maxAttempts\": 0 | /options/maxAttempts",
                "\"maxAttempts\": 21 | /options/maxAttempts",
                "\"chunking\": {\"strategy\": \"axe\"} | /options/chunking",
                "\"chunking\": {\"maxTokens\": 100000} | /options/chunking",
                "\"chunking\": {\"maxTokens\": -1} | /options/chunking",
                "\"embedding\": {\"model\": \"gpt\"} | /options/embedding",
                "\"embedding\": {\"provider\": \"a/b\"} | /options/embedding",
            })
    void refusesOptionsThatCannotBe(String option, String pointer) {
        invalid(
                api.post("/batches", "{\"options\": {" + option + "}, \"documents\": [" + document("a", "b") + "]}"),
                "invalid-value",
                pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"externalId\": \"\" | /externalId",
                "\"externalId\": \"a\\u0000\" | /externalId",
                "\"externalId\": \"\\udc00\" | /externalId",
                "\"contentType\": \"text/\\u0000\" | /contentType",
                "\"contentType\": true | /contentType",
                "\"metadata\": [] | /metadata",
                "\"metadata\": {\"a\": \"\\u0000\"} | /metadata",
                "\"metadata\": {\"a\": \"\\ud800\"} | /metadata",
            })
    void refusesDescriptionsThatCannotBeKept(String field, String pointer) {
        String document = "{\"filename\": \"a.txt\", \"text\": \"b\", " + field + "}";

        invalid(api.post("/batches", batch(document)), "invalid-value", "/documents/0" + pointer);
        invalid(api.post("/batches", Api.NDJSON, document), "invalid-value", "/0" + pointer);
    }

    @Test
    void boundsTheLengthOfWhatIsSaidOfADocument() {
        String start = "{\"filename\": \"a.txt\", \"text\": \"b\", ";

        invalid(
                api.post("/batches", batch(start + "\"metadata\": {\"a\": \"" + "x".repeat(256) + "\"}}")),
                "invalid-value",
                "/documents/0/metadata");
        invalid(
                api.post("/batches", batch(start + "\"externalId\": \"" + "x".repeat(513) + "\"}")),
                "invalid-value",
                "/documents/0/externalId");
        invalid(
                api.post("/batches", batch(start + "\"contentType\": \"" + "x".repeat(5000) + "\"}")),
                "invalid-value",
                "/documents/0/contentType");
        invalid(
                api.post(
                        "/batches",
                        "{\"name\": \"" + "x".repeat(201) + "\", \"documents\": [" + document("a", "b") + "]}"),
                "invalid-value",
                "/options/name");
    }

    @Test
    void stopsReadingWhatWouldHaveToBeHeldInMemory() {
        String start = "{\"filename\": \"a.txt\", \"text\": \"b\", ";

        invalid(
                api.post("/batches", batch(start + "\"metadata\": {\"a\": \"" + "x".repeat(100_000) + "\"}}")),
                "invalid-value",
                "/documents/0/metadata");
        invalid(
                api.post("/batches", batch(start + "\"externalId\": \"" + "x".repeat(100_000) + "\"}")),
                "invalid-value",
                "/documents/0/externalId");
        Api.Response answer = api.post(
                "/batches", batch("{\"filename\": \"a\", \"mivaa\": {\"a\": \"" + "x".repeat(300_000) + "\"}}"));
        problem(answer, 413, "document-too-large");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/documents/0/mivaa");
    }

    @Test
    void refusesJsonThatIsNestedTooDeeply() {
        String deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);

        problem(
                api.post("/batches", batch("{\"filename\": \"a\", \"mivaa\": " + deep + "}")),
                400,
                "malformed-request");
    }

    @Test
    void quotesOnlyTheStartOfAFieldThatIsNotKnown() {
        Api.Response answer = api.post("/batches", "{\"" + "x".repeat(20_000) + "\": 1}");

        assertThat(problem(answer, 400, "validation-failed").body()).hasSizeLessThan(1_000);
    }

    @Test
    void refusesJsonThatIsNotUtf8() {
        byte[] start = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"".getBytes(StandardCharsets.UTF_8);
        byte[] body = java.util.Arrays.copyOf(start, start.length + 4);
        body[start.length] = (byte) 0xff;

        problem(
                api.send(api.request("/batches")
                        .header("Content-Type", Api.JSON)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))),
                400,
                "malformed-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "7", "{} {", "{\"filename\": \"c.txt\", \"text\": 7}", "{\"filename\" \"c.txt\"}", "]"})
    void namesTheBadLineOfAnNdjsonBatch(String bad) {
        String body = document("a.txt", "A") + "\n\n" + document("b.txt", "B") + "\n" + bad + "\n";

        Api.Response answer = api.post("/batches", Api.NDJSON, body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.text("/errors/0/pointer")).startsWith("/2");
    }

    @ParameterizedTest
    @CsvSource({
        "scheduledAt=2030-01-01, invalid-value, /options/scheduledAt",
        "webhookUrl=x, invalid-value, /options/webhookUrl",
        "chunking.size=7, unknown-field, chunking.size",
        "maxAttempts=x, invalid-value, maxAttempts",
        "maxAttempts=0, invalid-value, /options/maxAttempts",
        "priority=HIGH, invalid-value, /options/priority",
        "embedding.model=gpt, invalid-value, /options/embedding"
    })
    void refusesParametersThatCannotBe(String parameter, String code, String pointer) {
        invalid(api.post("/batches?" + parameter, Api.NDJSON, document("a.txt", "A")), code, pointer);
    }

    @Test
    void takesNoOptionsFromTheQueryOfTheOtherForms() {
        invalid(api.post("/batches?priority=high", batch(document("a", "b"))), "unknown-field", "priority");
    }

    @Test
    void refusesAnEmptyBatchInEveryForm() {
        problem(api.post("/batches", "{\"documents\": []}"), 400, "empty-batch");
        problem(api.post("/batches", Api.NDJSON, "\n"), 400, "empty-batch");
        problem(api.post(new Form()), 400, "empty-batch");
        problem(api.post(new Form().field("options", "{}")), 400, "empty-batch");
    }

    @Test
    void refusesMoreDocumentsThanAllowed() {
        String many = IntStream.range(0, 102).mapToObj(i -> document("a", "b")).collect(Collectors.joining("\n"));
        Form form = new Form();
        IntStream.range(0, 21).forEach(i -> form.file("a.txt", "A"));

        problem(api.post("/batches", batch(many.replace("\n", ","))), 413, "batch-too-large");
        problem(api.post("/batches", Api.NDJSON, many), 413, "batch-too-large");
        problem(api.post(form), 413, "batch-too-large");
    }

    @Test
    void refusesABodyThatIsTooLargeAlthoughItsLengthWasNotTold() {
        InputStream endless = new java.io.ByteArrayInputStream(
                batch(document("a", "x".repeat(2_000_000))).getBytes(StandardCharsets.UTF_8));

        problem(
                api.send(api.request("/batches")
                        .header("Content-Type", Api.JSON)
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> endless))),
                413,
                "request-too-large");
        problem(api.post(new Form().file("a.txt", "x".repeat(2_000_000))), 413, "request-too-large");
    }

    @Test
    void refusesABodyThatIsTooLargeBeforeItComes(@LocalServerPort int port) throws IOException {
        String answer = answerToTheHead(port, "Content-Type: application/json\r\nContent-Length: 3000000000\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413");
    }

    /** Sends the head of a request, and nothing of its body. */
    private static String answerToTheHead(int port, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/batches HTTP/1.1\r\nHost: localhost:" + port + "\r\n" + headers + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void knowsNothingOfWhatIsNotThere() {
        problem(api.post("/batches/none", "{}"), 404, "not-found");
        problem(api.get("/nothing"), 404, "not-found");
    }

    @Test
    void saysWhichMethodsThereAre() {
        problem(api.send(api.request("/batches").DELETE()), 405, "method-not-allowed");
    }

    @Test
    void givesTheCallersRequestIdBackUnlessItIsIndecent() {
        assertThat(api.get("/limits", "X-Request-Id", "order-4711").header("X-Request-Id"))
                .isEqualTo("order-4711");
        assertThat(api.get("/limits", "X-Request-Id", "a b\"<script>").header("X-Request-Id"))
                .doesNotContain("script")
                .isNotBlank();
        assertThat(api.get("/limits").header("X-Request-Id")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "x"})
    void refusesAnIdempotencyKeyOfTheWrongLength(String key) {
        String wrong = key.isBlank() ? key : key.repeat(256);

        invalid(
                api.send(api.request("/batches")
                        .header("Content-Type", Api.JSON)
                        .header("Idempotency-Key", wrong)
                        .POST(HttpRequest.BodyPublishers.ofString(batch(document("a", "b"))))),
                "invalid-value",
                "Idempotency-Key");
    }
}
