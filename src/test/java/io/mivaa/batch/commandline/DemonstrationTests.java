package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import io.mivaa.batch.commandline.screen.Shell;
import io.mivaa.batch.commandline.screen.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemonstrationTests {

    private static final String DONE = StandInService.batch("SUCCEEDED", true, 100, 2, 2, 0);
    private static final String BOTH_SUCCEEDED = """
            {"items": [{"id": "1", "filename": "a.md", "state": "SUCCEEDED", "terminal": true, "error": null},
                       {"id": "2", "filename": "b.txt", "state": "SUCCEEDED", "terminal": true}], "nextCursor": null}
            """;

    @TempDir
    private Path folder;

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

    private Optional<Instant> run(@Nullable String apiKey, Duration patience) throws IOException, InterruptedException {
        Path markdown = Files.writeString(folder.resolve("a.md"), "# Ä\n");
        Path binary = Files.write(folder.resolve("b.txt"), new byte[] {0, (byte) 0xff, '\r', '\n'});
        var shell = new Shell(
                Map.of(), InputStream.nullInputStream(), printed, printed, UTF_8, Terminal.none(), Terminal.none());
        return new Demonstration(
                        new ServiceClient(service.api(), apiKey),
                        shell,
                        new DemoSettings("What is wet?", patience, null))
                .run(List.of(new Found(markdown, "a.md", 5), new Found(binary, "b.txt", 4)));
    }

    private Optional<Instant> run() throws IOException, InterruptedException {
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
                        + "Content-Disposition: form-data; name=\"files\"; filename=\"0/a.md\"\r\n"
                        + "\r\n# \u00c3\u0084\n\r\n" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"files\"; filename=\"1/b.txt\"\r\n"
                        + "\r\n\u0000\u00ff\r\n\r\n" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"manifest\"\r\n"
                        + "Content-Type: application/json\r\n\r\n{\"0/a.md\":{\"metadata\":{\"path\":\"a.md\"}},"
                        + "\"1/b.txt\":{\"metadata\":{\"path\":\"b.txt\"}}}\r\n" + boundary + "--\r\n");
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
                .startsWith("    0 %  0 of 2 documents, about 4 s to go, 1 running")
                .endsWith("  100 %  2 of 2 documents, 1 running");
    }

    @Test
    void tellsWhenTheFirstJobSucceeded() throws Exception {
        service.thenBatch("\"1\"", DONE).thenJobs("""
                {"items": [{"id": "1", "filename": "a.md", "state": "DEAD", "finishedAt": "2026-01-01T00:00:01Z"},
                           {"id": "2", "filename": "b.txt", "state": "SUCCEEDED", "finishedAt": "2026-01-01T00:00:03Z"},
                           {"id": "3", "filename": "c.txt", "state": "SUCCEEDED", "finishedAt": "2026-01-01T00:00:02Z"}]}
                """);

        assertThat(run()).contains(Instant.parse("2026-01-01T00:00:02Z"));
    }

    @Test
    void tellsOfNoSuccessWhenThereIsNone() throws Exception {
        service.thenBatch("\"1\"", StandInService.batch("FAILED", true, 100, 2, 0, 2))
                .thenJobs("{\"items\": [], \"nextCursor\": null}");

        assertThat(run()).isEmpty();
    }

    @Test
    void tellsWhatTheServiceRefusedAtOnce() throws Exception {
        service.refusing(
                400,
                "{\"code\": \"all-documents-rejected\", \"errors\": [{\"pointer\": \"/documents/1\","
                        + " \"code\": \"no-text\", \"detail\": \"It has none.\"}]}");

        assertThat(run()).isEmpty();

        assertThat(printed()).contains("  REFUSED    b.txt  no-text: It has none.\n");
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
                .contains(" 1. 0.812  a.pdf\n    pages 2-3, Floors > Slip\n    Water makes it wet it wet")
                .contains(" …\n")
                .contains(" 2. 0.500  b.txt\n    Dry.\n")
                .doesNotContain("LAST");
        assertThat(printed().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
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
                .contains("b[2J.txt  no-text: no[31m", "    [1mSlip", "wet]0;x")
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
    void triesAgainWhileTheServiceIsBusy() throws Exception {
        service.thenBusy(503, 1).thenAccept().thenBatch("\"1\"", DONE).thenJobs(BOTH_SUCCEEDED);

        run();

        assertThat(service.asked("POST", "/batches")).hasSize(2);
        assertThat(printed()).contains("the service is busy, trying again in", "SUCCEEDED  a.md");
    }

    @Test
    void saysWhyTheServiceRefused() {
        service.refusing(
                403,
                "{\"type\": \"about:blank\", \"title\": \"No\", \"status\": 403, \"detail\": \"It is closed.\","
                        + " \"code\": \"closed\"}");

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(this::run)
                .withMessage("POST /api/v1/batches was answered with 403 (closed): It is closed.");
    }

    @Test
    void saysSoWhenTheAnswerIsNotInTheContract() {
        service.refusing(202, "<html>");

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(this::run)
                .withMessageContaining("not what the contract says");
    }

    @Test
    void givesUpWhenPatienceIsOver() {
        service.thenBusy(503, 60);

        assertThatExceptionOfType(Refused.Busy.class).isThrownBy(() -> run(null, Duration.ofSeconds(2)));
    }
}
