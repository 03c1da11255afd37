package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemonstrationTests {

    private static final String DONE = StandInService.batch("SUCCEEDED", true, 100, 2, 2, 0);
    private static final String BOTH_SUCCEEDED = """
            {"items": [{"id": "1", "filename": "a.md", "state": "SUCCEEDED", "terminal": true, "error": null},
                       {"id": "2", "filename": "b.txt", "state": "SUCCEEDED", "terminal": true}], "nextCursor": null}
            """;
    private static final List<Sample> SAMPLES = List.of(
            new Sample("a.md", "text/markdown", "# Ä\n".getBytes(UTF_8)),
            new Sample("b \"2\".txt", "text/plain", new byte[] {0, (byte) 0xff, '\r', '\n'}));

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private StandInService service;

    @BeforeEach
    void startService() throws IOException {
        service = new StandInService();
    }

    @AfterEach
    void stopService() {
        service.close();
    }

    private Optional<Duration> run(@Nullable String apiKey, Duration patience)
            throws IOException, InterruptedException {
        var settings = new DemoSettings("What is wet?", patience, null);
        var out = new PrintStream(printed, true, UTF_8);
        return new Demonstration(
                        new ServiceClient(service.api(), apiKey),
                        out,
                        Terminal.none(),
                        () -> Duration.ofSeconds(7),
                        settings)
                .run(SAMPLES);
    }

    private Optional<Duration> run() throws IOException, InterruptedException {
        return run(null, Duration.ofSeconds(20));
    }

    private String printed() {
        return printed.toString(UTF_8);
    }

    @Test
    void sendsAllDocumentsAsOneBatchByteForByte() throws Exception {
        service.thenBatch("\"1\"", DONE).thenJobs(BOTH_SUCCEEDED);

        run();

        var posts = service.asked("POST", "/batches");
        assertThat(posts).hasSize(1);
        String boundary = String.valueOf(posts.get(0).contentType()).replaceFirst(".*boundary=", "--");
        assertThat(posts.get(0).contentType()).startsWith("multipart/form-data; boundary=");
        assertThat(posts.get(0).body())
                .isEqualTo(boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"options\"\r\n"
                        + "Content-Type: application/json\r\n\r\n{\"name\":\"demo\"}\r\n" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"files\"; filename=\"a.md\"\r\n"
                        + "Content-Type: text/markdown\r\n\r\n# \u00c3\u0084\n\r\n" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"files\"; filename=\"b %222%22.txt\"\r\n"
                        + "Content-Type: text/plain\r\n\r\n\u0000\u00ff\r\n\r\n" + boundary + "--\r\n");
    }

    @Test
    void asksForChangesOnlyUntilTheBatchIsDone() throws Exception {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 20, 2, 0, 0))
                .thenBatchUnchanged()
                .thenBatch("\"2\"", StandInService.batch("RUNNING", false, 60, 2, 1, 0))
                .thenBatch("\"3\"", DONE)
                .thenJobs(BOTH_SUCCEEDED);

        run();

        var polls = service.asked("GET", "/batches/0197");
        assertThat(polls)
                .extracting(StandInService.Asked::ifNoneMatch)
                .containsExactly(null, "\"1\"", "\"1\"", "\"2\"");
        assertThat(polls).allSatisfy(poll -> assertThat(poll.query()).matches("wait=\\d+"));
        assertThat(printed().lines().filter(line -> line.contains("%")))
                .containsExactly(
                        "   20 %  0 of 2 documents, about 4 s to go, 1 running",
                        "   60 %  1 of 2 documents, about 4 s to go, 1 running",
                        "  100 %  2 of 2 documents, 1 running");
    }

    @Test
    void tellsWhenTheFirstJobHadSucceeded() throws Exception {
        service.thenBatch("\"1\"", DONE).thenJobs(BOTH_SUCCEEDED);

        assertThat(run()).contains(Duration.ofSeconds(7));
    }

    @Test
    void tellsOfNoSuccessWhenThereIsNone() throws Exception {
        service.thenBatch("\"1\"", StandInService.batch("FAILED", true, 100, 2, 0, 2))
                .thenJobs("{\"items\": [], \"nextCursor\": null}");

        assertThat(run()).isEmpty();
    }

    @Test
    void tellsTheOutcomeOfEveryDocumentAndTheCauseOfAFailure() throws Exception {
        service.thenBatch("\"1\"", StandInService.batch("PARTIAL", true, 100, 2, 1, 1))
                .thenJobs("{\"items\": [{\"id\": \"1\", \"filename\": \"a.md\", \"state\": \"SUCCEEDED\"}],"
                        + " \"nextCursor\": \"a/b\"}")
                .thenJobs(
                        "{\"items\": [{\"id\": \"2\", \"filename\": \"b.txt\", \"state\": \"DEAD\", \"error\":"
                                + " {\"class\": \"INVALID_INPUT\", \"code\": \"no-text\", \"message\": \"It has no text.\"}}]}");

        run();

        assertThat(printed()).contains("SUCCEEDED  a.md", "DEAD       b.txt  no-text: It has no text.");
        assertThat(service.asked("GET", "/batches/0197/jobs"))
                .extracting(StandInService.Asked::query)
                .containsExactly("limit=200", "limit=200&cursor=a/b");
    }

    @Test
    void showsWhereTheAnswerStands() throws Exception {
        service.thenBatch("\"1\"", DONE).thenJobs(BOTH_SUCCEEDED).finding("""
                        {"items": [{"score": 0.8123, "documentId": "d", "jobId": "1", "filename": "a.pdf", "chunk":
                        {"id": "c", "index": 3, "text": "Water\\n\\nmakes %s LAST", "pages": {"first": 2, "last": 3},
                        "headings": ["Floors", "Slip"], "kind": "paragraph"}, "highlights": []},
                        {"score": 0.5, "filename": "b.txt", "chunk": {"text": "Dry.", "pages": null}}],
                        "mode": "hybrid", "model": "onnx/x"}
                        """.formatted("it wet ".repeat(60)));

        run();

        assertThat(service.asked("POST", "/search").get(0).body())
                .contains("\"query\":\"What is wet?\"")
                .contains("\"topK\":3");
        assertThat(printed())
                .contains("Asking: What is wet?")
                .contains("0.812  a.pdf, page 2, Floors > Slip\n         Water makes it wet it wet")
                .contains(" …\n")
                .contains("0.500  b.txt\n         Dry.\n")
                .doesNotContain("LAST");
        assertThat(printed().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(220));
    }

    @Test
    void printsNothingThatATerminalObeys() throws Exception {
        service.thenBatch("\"1\"", StandInService.batch("PARTIAL", true, 100, 2, 1, 1))
                .thenJobs("""
                        {"items": [{"id": "2", "filename": "b\\u001B[2J.txt", "state": "DEAD", "error":
                         {"class": "INVALID_INPUT", "code": "no-text", "message": "\\u202Eno\\u001B[31m"}}]}
                        """)
                .finding("""
                        {"items": [{"score": 0.5, "filename": "a\\u009B.pdf", "chunk": {"text": "wet\\u001B]0;x\\u0007",
                         "headings": ["\\u001B[1mSlip"]}}]}
                        """);

        run();

        assertThat(printed())
                .contains("b[2J.txt  no-text: no[31m", "a.pdf, [1mSlip", "wet]0;x")
                .doesNotContainPattern("[\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F\\u202E]");
    }

    @Test
    void bringsItsKeyWhenItHasOne() throws Exception {
        service.thenBatch("\"1\"", DONE).thenJobs(BOTH_SUCCEEDED);

        run("secret", Duration.ofSeconds(20));
        run();

        assertThat(service.asked("POST", "/batches"))
                .extracting(StandInService.Asked::authorization)
                .containsExactly("Bearer secret", null);
    }

    @Test
    void saysWhyTheServiceRefused() {
        service.refusing(
                503,
                "{\"type\": \"about:blank\", \"title\": \"Full\", \"status\": 503, \"detail\": \"The queue is full.\","
                        + " \"code\": \"system-full\"}");

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(this::run)
                .withMessage("POST /api/v1/batches was answered with 503 (system-full): The queue is full.");
    }

    @Test
    void saysSoWhenTheAnswerIsNotInTheContract() {
        service.refusing(202, "<html>");

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(this::run)
                .withMessageContaining("not what the contract says");
    }

    @Test
    void givesUpOnABatchThatIsNeverDone() {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 20, 2, 0, 0));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> run(null, Duration.ofMillis(1)))
                .withMessageContaining("was not done within");
    }
}
