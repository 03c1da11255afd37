package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.StandInService.Asked;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTests {

    private static final String DONE = StandInService.batch("SUCCEEDED", true, 100, 2, 2, 0);

    @TempDir
    private Path folder;

    private StandInService service;
    private String server = "";

    @BeforeEach
    void start() throws IOException {
        service = new StandInService();
        server = "http://127.0.0.1:" + service.port();
        Files.writeString(folder.resolve("a.md"), "# A");
        Files.writeString(folder.resolve("b.md"), "# B");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Ran ingest(String... more) {
        return Ran.command(concat(List.of("ingest", folder.toString(), "--server", server), more));
    }

    private static String[] concat(List<String> first, String... more) {
        return java.util.stream.Stream.concat(first.stream(), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }

    private List<Asked> posts() {
        return service.asked("POST", "/batches");
    }

    @Test
    void areNamedByTheFirstArgumentAndSettingsAreNone() {
        assertThat(List.of("ingest", "serach", "--help", "-V"))
                .allMatch(argument -> Commands.isCommand(new String[] {argument}));
        assertThat(Commands.isCommand(new String[0])).isFalse();
        assertThat(Commands.isCommand(new String[] {"--server.port=9000", "ingest"}))
                .isFalse();
    }

    @Test
    void tellTheVersion() {
        assertThat(Ran.command("--version").out()).matches("mivaa-batch \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serach x",
                "ingest",
                "ingest /does/not/exist",
                "ingest ",
                "ingest . --include [a",
                "ingest . --json --out -",
                "ingest . --cancel-on-interrupt",
                "ingest . --priority urgent",
                "ingest . --patience 10",
                "ingest . --api-key secret",
                "search x --server ftp://here",
                "search x --server http://user:word@here",
                "search x --server http://here --data d",
                "status --watch"
            })
    void refuseWhatTheyDoNotUnderstand(String line) {
        Ran ran = Ran.command(line.split(" ", -1));

        assertThat(ran.code()).as(ran.err()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("--help");
    }

    @Test
    void saySoWhenNobodyAnswers() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        Ran ran = Ran.command("search", "x", "--server", "http://127.0.0.1:" + port);

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("does not answer: no connection to 127.0.0.1:" + port);
    }

    @Test
    void sayWhyTheServiceRefused() {
        service.refusing(
                400,
                "{\"code\": \"validation-failed\", \"detail\": \"Not so.\", \"errors\": [{\"pointer\":"
                        + " \"/options/chunking/maxTokens\", \"code\": \"invalid-value\", \"detail\": \"16 to 256.\"}]}");

        Ran ran = ingest("--max-tokens", "9999");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err())
                .contains("answered with 400 (validation-failed): Not so. /options/chunking/maxTokens: 16 to 256.");
        assertThat(posts()).hasSize(1);
    }

    @Test
    void sendOptionsAndTheManifestWithPathsAndThePassword() {
        service.thenBatch("\"1\"", DONE);

        Ran ran = Ran.on(
                Terminal.none(),
                Map.of("MIVAA_API_KEY", "k1"),
                "sesame\nmore\n",
                concat(
                        List.of("ingest", folder.toString(), "--server", server + "/"),
                        "--name",
                        "n",
                        "--tag",
                        "t1",
                        "--tag",
                        "t2",
                        "--priority",
                        "HIGH",
                        "--strategy",
                        "page",
                        "--max-tokens",
                        "64",
                        "--password-file",
                        "-"));

        assertThat(ran.code()).as(ran.err()).isZero();
        Asked post = posts().get(0);
        assertThat(post.authorization()).isEqualTo("Bearer k1");
        assertThat(post.body())
                .contains("{\"name\":\"n\",\"tags\":[\"t1\",\"t2\"],\"priority\":\"high\","
                        + "\"chunking\":{\"strategy\":\"page\",\"maxTokens\":64}}")
                .contains("name=\"files\"; filename=\"0/a.md\"\r\n\r\n# A\r\n")
                .contains("\"1/b.md\":{\"metadata\":{\"path\":\"" + folder.resolve("b.md")
                        + "\"},\"password\":\"sesame\"}");
        assertThat(ran.out() + ran.err()).doesNotContain("sesame", "k1");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void comeAgainWhenTheServiceSaysSo(int status) {
        service.thenBusy(status, 1).thenAccept().thenBatch("\"1\"", DONE);

        Ran ran = ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(posts()).hasSize(2);
        assertThat(posts().get(1).nanos() - posts().get(0).nanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(950));
        assertThat(posts())
                .extracting(Asked::idempotencyKey)
                .doesNotContainNull()
                .containsOnly(posts().get(0).idempotencyKey());
        assertThat(ran.err()).contains("the service is busy, trying again in");
    }

    @Test
    void sendAgainWithTheSameKeyWhenTheAnswerGotLost() {
        service.thenCut().thenAccept().thenBatch("\"1\"", DONE);

        Ran ran = ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(posts()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(posts())
                .extracting(Asked::idempotencyKey)
                .doesNotContainNull()
                .containsOnly(posts().get(0).idempotencyKey());
        assertThat(posts())
                .extracting(post -> post.body().replaceAll("mivaa-[-0-9a-f]+", ""))
                .containsOnly(posts().get(0).body().replaceAll("mivaa-[-0-9a-f]+", ""));
    }

    @Test
    void doNotComeAgainAtOnceWhateverTheServiceSays() {
        service.thenBusy(503, 0).thenAccept().thenBatch("\"1\"", DONE);

        assertThat(ingest().code()).isZero();
        assertThat(posts().get(1).nanos() - posts().get(0).nanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(450));
    }

    @Test
    void countPatienceFromWhenSomethingWasSentLast() throws IOException {
        service.close();
        try (var sparse = new RandomAccessFile(folder.resolve("b.md").toFile(), "rw")) {
            sparse.setLength(30_000_000);
        }
        try (var slow = new StandInService(1L << 30, 16_384)) {
            slow.thenCutSlowly().thenAccept().thenBatch("\"1\"", DONE);

            Ran ran = Ran.command(
                    "ingest",
                    folder.toString(),
                    "--include",
                    "b.md",
                    "--patience",
                    "2s",
                    "--server",
                    "http://127.0.0.1:" + slow.port());

            assertThat(ran.code()).as(ran.err()).isZero();
        }
    }

    @Test
    void knowWhichFileWasRefusedThoughOneBeforeItHasGone() throws IOException {
        service.thenBusy(503, 1)
                .refusing(
                        400,
                        "{\"code\": \"all-documents-rejected\", \"errors\": [{\"pointer\": \"/documents/0\","
                                + " \"code\": \"no-text\", \"detail\": \"It has none.\"}]}");
        var ingest = CompletableFuture.supplyAsync(() -> ingest());
        Awaitility.await().until(() -> posts().size() == 1);
        Files.delete(folder.resolve("a.md"));

        Ran ran = ingest.join();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("0 of 2 documents succeeded, 2 failed")
                .contains("1  not-readable: The file cannot be read.\n         " + folder.resolve("a.md"))
                .contains("1  no-text: It has none.\n         " + folder.resolve("b.md"));
        assertThat(posts().get(1).body()).doesNotContain("a.md");
    }

    @Test
    void waitForTheRequestThatTheyHaveSentBefore() {
        service.refusing(409, "{\"code\": \"idempotency-in-flight\"}")
                .thenAccept()
                .thenBatch("\"1\"", DONE);

        assertThat(ingest().code()).isZero();
        assertThat(posts()).hasSize(2);
    }

    @Test
    void goOnWhenTheServiceIsAwayForAWhile() {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 50, 2, 1, 0))
                .thenBatchBusy()
                .thenBatch("\"2\"", DONE);

        Ran ran = ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(service.asked("GET", "/batches/0197")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void leaveOutThePathWhereTheServiceHasNoRoomForIt() throws IOException {
        try (var narrow = new StandInService(1000, 20)) {
            narrow.thenBatch("\"1\"", DONE);

            assertThat(Ran.command("ingest", folder.toString(), "--server", "http://127.0.0.1:" + narrow.port())
                            .code())
                    .isZero();
            assertThat(narrow.asked("POST", "/batches").get(0).body()).contains("\"0/a.md\":{}");
        }
    }

    @Test
    void blameNoFileForWhatWasRefusedOfAnArchive() throws IOException {
        Files.writeString(folder.resolve("a.zip"), "PK");
        service.refusing(
                400,
                "{\"code\": \"all-documents-rejected\", \"detail\": \"None is left.\", \"errors\": [{\"pointer\":"
                        + " \"/documents/0\", \"code\": \"no-text\", \"detail\": \"It has none.\"}]}");

        Ran ran = ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("3  all-documents-rejected: None is left.")
                .doesNotContain("no-text");
    }

    @Test
    void writeResultsAnewThatWereTornAndCountThemOnce() throws IOException {
        service.thenBatch("\"1\"", DONE).thenTornResults("{1}\n{2}\n{3").thenResults("{1}\n{2}\n");
        Path out = folder.resolve("r.jsonl");

        Ran ran = Ran.command("results", "0197", "--out", out.toString(), "--server", server);

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(out).hasContent("{1}\n{2}\n");
        assertThat(ran.err()).contains("Results of 2 documents in " + out);
    }

    @Test
    void writeNoResultsTwiceToAPipe() {
        service.thenBatch("\"1\"", DONE).thenTornResults("{1}\n{2").thenResults("{1}\n{2}\n");

        Ran ran = Ran.command("results", "0197", "--server", server);

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).isEqualTo("{1}\n{2");
    }

    @Test
    void sayWhatMayPassAndHow() {
        service.thenBatch("\"1\"", StandInService.batch("PARTIAL", true, 100, 2, 1, 1))
                .thenJobs("{\"items\": [{\"id\": \"2\", \"filename\": \"b.md\", \"state\": \"DEAD\", \"metadata\":"
                        + " {\"path\": \"docs/b.md\"}, \"error\": {\"class\": \"TIMEOUT\", \"code\": \"timeout\","
                        + " \"message\": \"It took too long.\"}}], \"nextCursor\": null}");

        Ran ran = ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("1 of 2 documents succeeded, 1 failed")
                .contains("    1  timeout: It took too long.\n         docs/b.md\n")
                .contains("Batch 0197; some of what failed may pass: mivaa-batch retry 0197 --server " + server);
        assertThat(Ran.command("status", "0197", "--server", server).out())
                .contains("Some of this may pass: mivaa-batch retry 0197 --server " + server);
    }

    @Test
    void listBatchesWithNothingThatATerminalObeys() {
        service.listing("{\"items\": [], \"nextCursor\": null}");
        assertThat(Ran.command("status", "--server", server).out()).isEqualTo("There are no batches.\n");

        service.listing("{\"items\": ["
                + StandInService.batch("RUNNING", false, 50, 2, 1, 0).replace("\"demo\"", "\"de\\u001B[2Jmo\"")
                + "], \"nextCursor\": \"x\"}");
        assertThat(Ran.command("status", "--server", server).lines())
                .hasSize(3)
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("0197 ").endsWith("  de[2Jmo"))
                .satisfies(lines -> assertThat(lines.get(2)).startsWith("There are more"));
    }

    @Test
    void readNoArgumentsFromAFile() throws IOException {
        Path arguments = Files.writeString(folder.resolve("arguments"), "--help");

        assertThat(Ran.command("ingest", "@" + arguments, "--server", server).err())
                .startsWith("There is no @" + arguments);
    }

    @Test
    void giveUpWhenPatienceIsOver() {
        service.thenBusy(503, 60);

        Ran ran = ingest("--patience", "5s");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("answered with 503 (queue-full)");
    }

    @Test
    void divideWhatIsTooMuchUntilItIsNot() {
        service.refusing(413, "").thenAccept().thenAccept().thenBatch("\"1\"", DONE);

        Ran ran = ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(posts()).hasSize(3);
        assertThat(posts().get(1).body()).contains("a.md").doesNotContain("b.md");
        assertThat(posts().get(2).body()).contains("b.md").doesNotContain("a.md");
        assertThat(posts()).extracting(Asked::idempotencyKey).doesNotHaveDuplicates();
    }

    @Test
    void sendNothingThatIsTooLarge() throws IOException {
        Files.writeString(folder.resolve("b.md"), "x".repeat(1001));
        service.thenBatch("\"1\"", StandInService.batch("SUCCEEDED", true, 100, 1, 1, 0));

        Ran ran = ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(posts().get(0).body()).doesNotContain("b.md");
        assertThat(ran.out())
                .contains("1 of 2 documents succeeded, 1 failed")
                .contains("1  document-too-large: The document has 1001 bytes; at most 1000 are allowed.")
                .contains(folder.resolve("b.md").toString());
    }

    @Test
    void printWhatTheServiceSaysAndNothingElse() {
        service.thenBatch("\"1\"", DONE);

        assertThat(ingest("--json").out()).isEqualTo(DONE);
        assertThat(Ran.command("status", "0197", "--json", "--server", server).out())
                .isEqualTo(DONE);
        assertThat(Ran.command("cancel", "0197", "--json", "--server", server).out())
                .isEqualTo(StandInService.batch("CANCELLED", true, 100, 2, 0, 0));
        assertThat(Ran.command("search", "x", "--json", "--server", server).out())
                .isEqualTo("{\"items\": [], \"mode\": \"hybrid\", \"model\": \"onnx/x\"}\n");
    }

    @Test
    void drawOnATerminalOnly() {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 50, 2, 1, 0))
                .thenBatch("\"2\"", DONE);

        Ran ran = Ran.on(Terminal.ofWidth(60), Map.of(), "", "ingest", folder.toString(), "--server", server);

        assertThat(ran.err())
                .contains("\r  [")
                .contains("50 %  1 of 2 documents")
                .endsWith("\u001B[K\n");
        assertThat(ran.out()).contains("2 of 2 documents succeeded in ").doesNotContain("\u001B");
        assertThat(ingest().err()).doesNotContain("\u001B", "\r");
        assertThat(ingest("--quiet").err()).isEmpty();
    }

    @Test
    void leaveNoPartOfAFileBehindAndSayHowToGetAtTheResults() throws IOException {
        service.thenBatch("\"1\"", DONE);
        Path out = folder.resolveSibling(folder.getFileName() + "-results.jsonl");

        Ran ran = ingest("--out", out.toString());

        assertThat(ran.code()).as("the stand-in has no results").isEqualTo(4);
        assertThat(out).doesNotExist();
        try (var siblings = Files.list(folder.resolveSibling("."))) {
            assertThat(siblings.map(Path::toString))
                    .noneMatch(path -> path.contains(folder.getFileName() + "-results.jsonl"));
        }
        assertThat(ran.err()).contains("  mivaa-batch results 0197 --out FILE --server " + server);
        Ran nowhere = ingest("--out", folder.resolve("none/r.jsonl").toString());
        assertThat(nowhere.code()).isEqualTo(5);
        assertThat(nowhere.err()).contains("r.jsonl cannot be written: there is no such file or folder");
    }

    @Test
    void writeThroughNoLinkThatSomebodyHasLaid() throws IOException {
        service.thenBatch("\"1\"", DONE);
        Path out = folder.resolveSibling(folder.getFileName() + "-results.jsonl");
        Path victim = Files.writeString(folder.resolve("b.md"), "mine");
        Files.createSymbolicLink(
                out.resolveSibling(
                        "." + out.getFileName() + "." + ProcessHandle.current().pid() + ".part"),
                victim);

        ingest("--out", out.toString());

        assertThat(victim).hasContent("mine");
        Files.deleteIfExists(out);
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, 5, The standard output cannot be written: No space left on device",
        "Broken pipe, 141, ''"
    })
    void sayThatTheStandardOutputCannotBeWrittenUnlessItsReaderHasHadEnough(String failure, int code, String said) {
        service.thenBatch("\"1\"", DONE);
        var full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };

        for (List<String> line : List.of(List.of("status", "0197"), List.of("status", "0197", "--json"))) {
            Ran ran = Ran.on(full, concat(line, "--server", server));

            assertThat(ran.code()).isEqualTo(code);
            assertThat(ran.err().strip()).isEqualTo(said);
        }
    }

    @Test
    void tellAMistakeOfTheirOwnFromAFailureOfDocuments() {
        service.finding("{}");

        Ran ran = Ran.command("search", "x", "--server", server);

        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.err()).startsWith("This is a mistake in mivaa-batch: java.lang.NullPointerException");
    }

    @Test
    void sayWhereElseTheServiceIs() {
        service.thenMoved("https://elsewhere.example/\u009Bx");

        Ran ran = ingest();

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("answered with 308 It is at https://elsewhere.example/x.");
    }

    @Test
    void sayWhatIsWrongWithAPasswordFile() {
        Ran ran = ingest("--password-file", folder.resolve("none").toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("--password-file cannot be read: there is no such file or folder");
        assertThat(Ran.on(
                                Terminal.none(),
                                Map.of(),
                                "\n",
                                concat(
                                        List.of("ingest", folder.toString(), "--server", server),
                                        "--password-file",
                                        "-"))
                        .err())
                .contains("The first line of --password-file is empty.");
    }

    @Test
    void quoteWhatAShellWouldTakeApart() {
        assertThat(Connection.quoted("./data")).isEqualTo("./data");
        assertThat(Connection.quoted("my data; rm it's")).isEqualTo("'my data; rm it'\\''s'");
        assertThat(Connection.quoted("")).isEqualTo("''");
    }
}
