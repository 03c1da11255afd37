package io.mivaa.batch.pipeline.embed;

import static io.mivaa.batch.testkit.StandInProvider.hanging;
import static io.mivaa.batch.testkit.StandInProvider.ok;
import static io.mivaa.batch.testkit.StandInProvider.raw;
import static io.mivaa.batch.testkit.StandInProvider.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mivaa.batch.pipeline.ProviderTurns;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.testkit.StandInProvider;
import io.mivaa.batch.testkit.StandInProvider.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@Timeout(30)
class OpenAiEmbedderTests {

    private static final String KEY = "sk-secret-0123456789";
    private static final String TEXT = "Confidential text of a document.";

    private final StandInProvider provider = new StandInProvider();
    private final RecordedTurns turns = new RecordedTurns();

    @AfterEach
    void close() {
        provider.close();
    }

    /** Lets everything pass and writes it down. */
    private static final class RecordedTurns implements ProviderTurns {
        private final List<String> taken = new ArrayList<>();
        private final List<Duration> holds = new ArrayList<>();

        @Override
        public void take(String name, Rate rate, int tokens) {
            taken.add(name + " " + rate.requestsPerMinute() + " " + rate.tokensPerMinute() + " " + tokens);
        }

        @Override
        public void hold(String name, Duration time) {
            holds.add(time);
        }
    }

    private OpenAiEmbedder embedder(String... settings) {
        return keyed(KEY, settings);
    }

    private OpenAiEmbedder keyed(@Nullable String key, String... settings) {
        OpenAiSettings bound = settings(provider.url(), settings);
        return new OpenAiEmbedder("acme", bound, String::length, turns, new EmbeddingEndpoint("acme", bound, key));
    }

    static OpenAiSettings settings(String url, String... settings) {
        Map<String, String> values = new HashMap<>(Map.of("p.base-url", url, "p.model", "m", "p.dimensions", "2"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put("p." + settings[i], settings[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("p", OpenAiSettings.class)
                .get();
    }

    @Test
    void saysWhichModelItIs() {
        assertThat(embedder("max-tokens", "8191").model()).isEqualTo(new EmbeddingModel("acme", "m", 2, 8191));
    }

    @Test
    void givesUnitVectorsInTheOrderOfTheTexts() {
        List<float[]> vectors = embedder().embed(List.of("abc", "abcd"));

        assertThat(vectors.get(0)).containsExactly(unit(3), unit(3, 1));
        assertThat(vectors.get(1)).containsExactly(unit(4), unit(4, 1));
    }

    private static float unit(int length) {
        return (float) (length / Math.sqrt(length * length + 1.0));
    }

    private static float unit(int length, int other) {
        return (float) (other / Math.sqrt(length * length + 1.0));
    }

    @Test
    void sendsWhatTheApiWants() {
        embedder().embed(List.of("a", "b\ud800"));

        StandInProvider.Request request = provider.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/embeddings");
        assertThat(request.headers())
                .containsEntry("authorization", "Bearer " + KEY)
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("upgrade");
        assertThat(request.body().propertyNames()).containsExactly("model", "input");
        assertThat(request.input()).containsExactly("a", "b?");
    }

    @Test
    void sendsWhatWasAskedForBesides() {
        provider.then(ok("{\"data\":[{\"index\":0,\"embedding\":\"AABAQAAAgMA=\"}]}"));

        List<float[]> vectors = keyed(
                        null, "send-dimensions", "true", "encoding", "base64", "base-url", provider.url() + "/")
                .embed(List.of("a"));

        assertThat(vectors.get(0)).containsExactly(0.6f, -0.8f);
        assertThat(provider.requests().get(0).body().toString())
                .isEqualTo("{\"model\":\"m\",\"input\":[\"a\"],\"encoding_format\":\"base64\",\"dimensions\":2}");
        assertThat(provider.requests().get(0).headers()).doesNotContainKey("authorization");
        assertThat(provider.requests().get(0).path()).isEqualTo("/v1/embeddings");
    }

    @Test
    void putsAnotherPrefixBeforeQueriesThanBeforeDocuments() {
        OpenAiEmbedder embedder = embedder("document-prefix", "passage: ", "query-prefix", "query: ");

        embedder.embed(List.of("a"));
        embedder.embedQueries(List.of("a"));

        assertThat(provider.requests())
                .extracting(StandInProvider.Request::input)
                .containsExactly(List.of("passage: a"), List.of("query: a"));
        assertThat(embedder.count("a")).isEqualTo("passage: a".length());
        assertThat(embedder.variant()).isEqualTo("passage: ");
    }

    @Test
    void sendsNoMoreTextsAndTokensAtOnceThanAllowed() {
        embedder("batch-texts", "3", "batch-tokens", "10")
                .embed(List.of("1", "2", "3", "4", "six666", "seven77", "longer than ten", "8"));

        assertThat(provider.requests())
                .extracting(StandInProvider.Request::input)
                .containsExactly(
                        List.of("1", "2", "3"),
                        List.of("4", "six666"),
                        List.of("seven77"),
                        List.of("longer than ten"),
                        List.of("8"));
    }

    @Test
    void asksNobodyForNothing() {
        assertThat(embedder().embed(List.of())).isEmpty();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void takesATurnForEachRequest() {
        embedder("batch-texts", "2", "requests-per-minute", "7", "tokens-per-minute", "900")
                .embed(List.of("aa", "b", "cccc"));

        assertThat(turns.taken).containsExactly("acme 7 900 3", "acme 7 900 4");
    }

    @Test
    void placesVectorsByTheirIndex() {
        provider.then(ok("{\"data\":[{\"index\":1,\"embedding\":[0,1]},{\"index\":0,\"embedding\":[1,0]}]}"));

        assertThat(embedder().embed(List.of("a", "b")).get(0)).containsExactly(1, 0);
    }

    @Test
    void takesVectorsWithoutAnIndexAsTheyCome() {
        provider.then(ok("{\"data\":[{\"embedding\":[1,0]},{\"embedding\":[0,1],\"more\":{\"x\":[1]}}],\"id\":[[]]}"));

        assertThat(embedder().embed(List.of("a", "b")).get(1)).containsExactly(0, 1);
    }

    static List<Answer> tooMuch() {
        return List.of(
                status("413 Payload Too Large", "{}"),
                status("400 Bad Request", "{\"error\":{\"code\":\"context_length_exceeded\"}}"),
                status(
                        "400 Bad Request",
                        "{\"error\":{\"message\":\"Requested 9000 tokens, max 300000 tokens per"
                                + " request: max_tokens_per_request\"}}"),
                status("422 Unprocessable Entity", "{\"error\":\"batch size 64 > maximum allowed batch size 32\"}"),
                status("400 Bad Request", "{\"error\":\"the input length exceeds the context length\"}"));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void halvesWhatIsTooMuchUntilItIsTaken(Answer refusal) {
        provider.then(refusal).then(refusal);

        List<float[]> vectors = embedder().embed(List.of("a", "bb", "ccc", "dddd", "eeeee"));

        assertThat(vectors).hasSize(5).allSatisfy(vector -> assertThat(vector).hasSize(2));
        assertThat(vectors.get(4)[0]).isEqualTo(unit(5));
        assertThat(provider.requests())
                .extracting(request -> request.input().size())
                .containsExactly(5, 2, 1, 1, 3);
    }

    @Test
    void refusesASingleTextThatIsTooLongInsteadOfCuttingIt() {
        provider.then(status("413 Payload Too Large", "")).then(status("413 Payload Too Large", ""));

        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> embedder().embed(List.of(TEXT, "b")))
                .matches(rejected -> rejected.code().equals("text-too-long"));
        assertThat(provider.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Retry-After: 7, 7000",
        "Retry-After: 0, 0",
        "'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT|Date: Fri, 31 Dec 1999 23:59:29 GMT', 30000",
        "'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT|Date: Sat, 01 Jan 2000 00:00:00 GMT', 0",
        "'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT', 5000",
        "'Retry-After: soon', 5000",
        "'X-Other: 1', 5000",
    })
    void waitsAsLongAsItIsToldWhenItIsTooEarly(String headers, long millis) {
        provider.then(status("429 Too Many Requests", "{}", headers.split("\\|", -1)));

        assertThatExceptionOfType(TransientFailure.class)
                .isThrownBy(() -> embedder().embed(List.of("a")))
                .matches(failure -> failure.code().equals("embedding-rate-limited"))
                .matches(failure -> Duration.ofMillis(millis).equals(failure.retryAfter()));
        assertThat(turns.holds).containsExactly(Duration.ofMillis(millis));
    }

    @Test
    void waitsAlsoForAProviderInMaintenanceThatSaysHowLong() {
        provider.then(status("503 Service Unavailable", "", "Retry-After: 120"));

        assertThatExceptionOfType(TransientFailure.class)
                .isThrownBy(() -> embedder().embed(List.of("a")))
                .matches(failure -> failure.code().equals("embedding-unavailable"))
                .matches(failure -> Duration.ofMinutes(2).equals(failure.retryAfter()));
    }

    static List<Arguments> misbehaviour() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        return List.of(
                arguments("500", "embedding-unavailable", status("500 Internal Server Error", "{}")),
                arguments("502 with HTML", "embedding-unavailable", status("502 Bad Gateway", "<html>")),
                arguments("408", "embedding-unavailable", status("408 Request Timeout", "")),
                arguments("401", "embedding-unauthorized", status("401 Unauthorized", "{}")),
                arguments("402", "embedding-unauthorized", status("402 Payment Required", "{}")),
                arguments("403", "embedding-unauthorized", status("403 Forbidden", "{}")),
                arguments(
                        "no credit",
                        "embedding-unauthorized",
                        status("429 Too Many Requests", "{\"error\":{\"code\":\"insufficient_quota\"}}")),
                arguments("404", "embedding-misconfigured", status("404 Not Found", "{}")),
                arguments(
                        "a redirect",
                        "embedding-misconfigured",
                        status("302 Found", "", "Location: http://127.0.0.1:1/")),
                arguments("204", "embedding-misconfigured", raw("HTTP/1.1 204 No Content\r\n\r\n")),
                arguments("400 for a reason of its own", "embedding-refused", status("400 Bad Request", "{}")),
                arguments("422 for a reason of its own", "embedding-refused", status("422 Unprocessable", "{}")),
                arguments("a reset", "embedding-unavailable", raw("")),
                arguments("no HTTP", "embedding-unavailable", raw("hello\r\n\r\n")),
                arguments("silence", "embedding-unavailable", hanging("")),
                arguments("half a head", "embedding-unavailable", hanging("HTTP/1.1 200 OK\r\n")),
                arguments(
                        "half a body, then silence",
                        "embedding-unavailable",
                        hanging(head + "Content-Length: 99\r\n\r\n{")),
                arguments(
                        "half a body, then the end",
                        "embedding-unavailable",
                        raw(head + "Content-Length: 99\r\n\r\n{")),
                arguments("an endless body", "embedding-answer-unusable", (Answer) OpenAiEmbedderTests::endless),
                arguments("an endless error", "embedding-unavailable", (Answer) OpenAiEmbedderTests::endlessError),
                arguments("a body drop by drop", "embedding-unavailable", (Answer) OpenAiEmbedderTests::drops),
                arguments("HTML", "embedding-answer-unusable", ok("<html><body>Log in</body></html>")),
                arguments("nothing", "embedding-answer-unusable", ok("")),
                arguments(
                        "half of the JSON",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":0,\"embedding\":[1,")),
                arguments(
                        "an unfinished object",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":0,\"embedding\":[1,0]}]")),
                arguments("two answers", "embedding-answer-unusable", ok("{\"data\":[{\"embedding\":[1,0]}]} {}")),
                arguments("an array", "embedding-answer-unusable", ok("[]")),
                arguments("no data", "embedding-answer-unusable", ok("{\"error\":\"none\"}")),
                arguments("data of another kind", "embedding-answer-unusable", ok("{\"data\":{}}")),
                arguments("an entry of another kind", "embedding-answer-unusable", ok("{\"data\":[7]}")),
                arguments("too few vectors", "embedding-answer-unusable", ok("{\"data\":[]}")),
                arguments(
                        "too many vectors",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,0]}]}")),
                arguments(
                        "an index twice",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":0,\"embedding\":[1,0]}]}")),
                arguments(
                        "an index below zero",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":-1,\"embedding\":[1,0]}]}")),
                arguments(
                        "an index in words",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":\"0\",\"embedding\":[1,0]}]}")),
                arguments("no vector", "embedding-answer-unusable", ok("{\"data\":[{\"index\":0}]}")),
                arguments(
                        "a vector that is null",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"index\":0,\"embedding\":null}]}")),
                arguments(
                        "words in a vector", "embedding-answer-unusable", ok("{\"data\":[{\"embedding\":[\"1\",0]}]}")),
                arguments("another width", "embedding-answer-unusable", ok("{\"data\":[{\"embedding\":[1,0,0]}]}")),
                arguments(
                        "another width in base64",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"embedding\":\"AACAPw==\"}]}")),
                arguments(
                        "odd bytes in base64",
                        "embedding-answer-unusable",
                        ok("{\"data\":[{\"embedding\":\"AACA\"}]}")),
                arguments("no base64", "embedding-answer-unusable", ok("{\"data\":[{\"embedding\":\"?\"}]}")),
                arguments("NaN", "unusable-vector", ok("{\"data\":[{\"embedding\":[NaN,0]}]}")),
                arguments("null for NaN", "unusable-vector", ok("{\"data\":[{\"embedding\":[null,0]}]}")),
                arguments("infinity", "unusable-vector", ok("{\"data\":[{\"embedding\":[-Infinity,0]}]}")),
                arguments("a number too large", "unusable-vector", ok("{\"data\":[{\"embedding\":[1e99,0]}]}")),
                arguments("zeros", "unusable-vector", ok("{\"data\":[{\"embedding\":[0,0]}]}")));
    }

    private static void endless(StandInProvider.Request request, java.io.OutputStream out, StandInProvider from)
            throws java.io.IOException {
        out.write("HTTP/1.1 200 OK\r\n\r\n{\"data\":[".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        pour(out);
    }

    private static void endlessError(StandInProvider.Request request, java.io.OutputStream out, StandInProvider from)
            throws java.io.IOException {
        out.write("HTTP/1.1 500 Oh\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        pour(out);
    }

    private static void pour(java.io.OutputStream out) throws java.io.IOException {
        byte[] spaces = " ".repeat(8192).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        while (true) {
            out.write(spaces);
        }
    }

    /** Never long silent, never done: only a limit for the whole call ends it. */
    private static void drops(StandInProvider.Request request, java.io.OutputStream out, StandInProvider from)
            throws java.io.IOException {
        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        while (true) {
            out.write(' ');
            out.flush();
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehaviour")
    void namesWhatAProviderDoesWrongAndTellsNoSecret(String what, String code, Answer answer) {
        provider.then(answer);

        Throwable failure = catchThrowable(
                () -> embedder("timeout", "400ms", "max-response", "64KB").embed(List.of(TEXT)));

        assertThat(failure).isInstanceOfAny(TransientFailure.class, Rejected.class);
        assertThat(failure instanceof Rejected rejected ? rejected.code() : ((TransientFailure) failure).code())
                .isEqualTo(code);
        assertThat(failure instanceof Rejected)
                .isEqualTo(code.equals("unusable-vector") || code.equals("embedding-refused"));
        assertThat(failure instanceof TransientFailure passing && passing.retryAfter() != null)
                .isFalse();
        StringWriter told = new StringWriter();
        failure.printStackTrace(new PrintWriter(told));
        assertThat(told.toString()).doesNotContain(KEY).doesNotContain(TEXT).doesNotContain("Log in");
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void saysWhenNobodyListens() {
        OpenAiSettings nowhere = settings("http://127.0.0.1:1", "connect-timeout", "300ms");
        OpenAiEmbedder embedder = new OpenAiEmbedder(
                "acme", nowhere, String::length, turns, new EmbeddingEndpoint("acme", nowhere, null));

        assertThatExceptionOfType(TransientFailure.class)
                .isThrownBy(() -> embedder.embed(List.of("a")))
                .matches(failure -> failure.code().equals("embedding-unavailable"));
    }

    @Test
    void answersManyCallersAtATime() {
        OpenAiEmbedder embedder = embedder();

        List<Float> firsts = IntStream.range(1, 30)
                .parallel()
                .mapToObj(i -> embedder.embed(List.of("x".repeat(i))).get(0)[0])
                .toList();

        assertThat(firsts)
                .containsExactlyElementsOf(
                        IntStream.range(1, 30).mapToObj(i -> unit(i)).toList());
    }

    @Test
    void stopsWhenItsCallerIsInterrupted() {
        provider.then((request, out, from) -> {
            out.write(1);
            out.flush();
            hanging("").write(request, out, from);
        });
        Thread.currentThread().interrupt();

        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> embedder().embed(List.of("one")));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "line\nbreak", "ключ"})
    void refusesAKeyThatCannotBeSentWithoutShowingIt(String key) {
        OpenAiSettings bound = settings(provider.url());

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EmbeddingEndpoint("acme", bound, key))
                .withMessage(
                        "the API key of the embedding provider acme is empty or contains characters that are not allowed in a key");
    }

    @ParameterizedTest
    @CsvSource({
        "base-url, ftp://127.0.0.1/v1",
        "base-url, /v1",
        "base-url, http://user@127.0.0.1/v1",
        "base-url, http://127.0.0.1/v1?key=1",
        "base-url, http://127.0.0.1/v1#1",
        "model, ' '",
        "dimensions, 0",
        "dimensions, 65537",
        "max-tokens, 15",
        "batch-texts, 0",
        "batch-texts, 2049",
        "batch-tokens, 0",
        "connect-timeout, 0ms",
        "timeout, 0ms",
        "max-response, 1B",
        "max-response, 2GB",
        "requests-per-minute, 0",
        "tokens-per-minute, 0",
    })
    void refusesSettingsThatCannotWork(String name, String value) {
        assertThatExceptionOfType(org.springframework.boot.context.properties.bind.BindException.class)
                .isThrownBy(() -> settings(provider.url(), name, value))
                .withRootCauseInstanceOf(IllegalArgumentException.class);
    }
}
