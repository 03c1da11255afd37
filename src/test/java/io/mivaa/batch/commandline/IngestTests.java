package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.StandInService.Asked;
import io.mivaa.batch.commandline.screen.Terminal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestTests extends CommandFixture {

    @Test
    void sendsOptionsAndTheManifestWithPathsAndThePassword() {
        service.thenBatch("\"1\"", TwoFiles.DONE);

        Ran ran = Ran.on(
                Terminal.none(),
                Map.of("MIVAA_API_KEY", "k1"),
                "sesame\nmore\n",
                "ingest",
                folder.toString(),
                "--server",
                server + "/",
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
                "-");

        assertThat(ran.code()).as(ran.err()).isZero();
        Asked post = files.posts().get(0);
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
    void comesAgainWhenTheServiceSaysSo(int status) {
        service.thenBusy(status, 1).thenAccept().thenBatch("\"1\"", TwoFiles.DONE);

        Ran ran = files.ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(files.posts()).hasSize(2);
        assertThat(files.posts().get(1).nanos() - files.posts().get(0).nanos())
                .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(950));
        assertThat(files.posts())
                .extracting(Asked::idempotencyKey)
                .doesNotContainNull()
                .containsOnly(files.posts().get(0).idempotencyKey());
        assertThat(ran.err()).contains("the service is busy, retrying in");
    }

    @Test
    void sendsAgainWithTheSameKeyWhenTheAnswerGotLost() {
        service.thenCut().thenAccept().thenBatch("\"1\"", TwoFiles.DONE);

        Ran ran = files.ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(files.posts()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(files.posts())
                .extracting(Asked::idempotencyKey)
                .doesNotContainNull()
                .containsOnly(files.posts().get(0).idempotencyKey());
        assertThat(files.posts())
                .extracting(post -> post.body().replaceAll("mivaa-[-0-9a-f]+", ""))
                .containsOnly(files.posts().get(0).body().replaceAll("mivaa-[-0-9a-f]+", ""));
    }

    @Test
    void doesNotComeAgainAtOnceWhateverTheServiceSays() {
        service.thenBusy(503, 0).thenAccept().thenBatch("\"1\"", TwoFiles.DONE);

        assertThat(files.ingest().code()).isZero();
        assertThat(files.posts().get(1).nanos() - files.posts().get(0).nanos())
                .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(450));
    }

    @Test
    void countsPatienceFromWhenSomethingWasSentLast() throws IOException {
        service.close();
        try (var sparse = new RandomAccessFile(folder.resolve("b.md").toFile(), "rw")) {
            sparse.setLength(30_000_000);
        }
        try (var slow = new StandInService(1L << 30, 16_384)) {
            slow.thenCutSlowly().thenAccept().thenBatch("\"1\"", TwoFiles.DONE);

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
    void knowsWhichFileWasRefusedThoughOneBeforeItHasGone() throws IOException {
        service.thenBusy(503, 1)
                .refusing(
                        400,
                        "{\"code\": \"all-documents-rejected\", \"errors\": [{\"pointer\": \"/documents/0\","
                                + " \"code\": \"no-text\", \"detail\": \"It has none.\"}]}");
        var ingest = CompletableFuture.supplyAsync(() -> files.ingest());
        Awaitility.await().until(() -> files.posts().size() == 1);
        Files.delete(folder.resolve("a.md"));

        Ran ran = ingest.join();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("0 of 2 documents succeeded, 2 failed")
                .contains("1  not-readable: The file cannot be read.\n         " + folder.resolve("a.md"))
                .contains("1  no-text: It has none.\n         " + folder.resolve("b.md"));
        assertThat(files.posts().get(1).body()).doesNotContain("a.md");
    }

    @Test
    void waitsForTheRequestThatItHasSentBefore() {
        service.refusing(409, "{\"code\": \"idempotency-in-flight\"}")
                .thenAccept()
                .thenBatch("\"1\"", TwoFiles.DONE);

        assertThat(files.ingest().code()).isZero();
        assertThat(files.posts()).hasSize(2);
    }

    @Test
    void goesOnWhenTheServiceIsAwayForAWhile() {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 50, 2, 1, 0))
                .thenBatchBusy()
                .thenBatch("\"2\"", TwoFiles.DONE);

        Ran ran = files.ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(service.asked("GET", "/batches/0197")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void leavesOutThePathWhereTheServiceHasNoRoomForIt() throws IOException {
        try (var narrow = new StandInService(1000, 20)) {
            narrow.thenBatch("\"1\"", TwoFiles.DONE);

            assertThat(Ran.command("ingest", folder.toString(), "--server", "http://127.0.0.1:" + narrow.port())
                            .code())
                    .isZero();
            assertThat(narrow.asked("POST", "/batches").get(0).body()).contains("\"0/a.md\":{}");
        }
    }

    @Test
    void blamesNoFileForWhatWasRefusedOfAnArchive() throws IOException {
        Files.writeString(folder.resolve("a.zip"), "PK");
        service.refusing(
                400,
                "{\"code\": \"all-documents-rejected\", \"detail\": \"None is left.\", \"errors\": [{\"pointer\":"
                        + " \"/documents/0\", \"code\": \"no-text\", \"detail\": \"It has none.\"}]}");

        Ran ran = files.ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("3  all-documents-rejected: None is left.")
                .doesNotContain("no-text");
    }

    @Test
    void givesUpWhenPatienceIsOver() {
        service.thenBusy(503, 60);

        Ran ran = files.ingest("--patience", "5s");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("returned 503 (queue-full)");
    }

    @Test
    void dividesWhatIsTooMuchUntilItIsNot() {
        service.refusing(413, "").thenAccept().thenAccept().thenBatch("\"1\"", TwoFiles.DONE);

        Ran ran = files.ingest();

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(files.posts()).hasSize(3);
        assertThat(files.posts().get(1).body()).contains("a.md").doesNotContain("b.md");
        assertThat(files.posts().get(2).body()).contains("b.md").doesNotContain("a.md");
        assertThat(files.posts()).extracting(Asked::idempotencyKey).doesNotHaveDuplicates();
    }

    @Test
    void sendsNothingThatIsTooLarge() throws IOException {
        Files.writeString(folder.resolve("b.md"), "x".repeat(1001));
        service.thenBatch("\"1\"", StandInService.batch("SUCCEEDED", true, 100, 1, 1, 0));

        Ran ran = files.ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(files.posts().get(0).body()).doesNotContain("b.md");
        assertThat(ran.out())
                .contains("1 of 2 documents succeeded, 1 failed")
                .contains("1  document-too-large: The document has 1001 bytes; at most 1000 are allowed.")
                .contains(folder.resolve("b.md").toString());
    }

    @Test
    void leavesNoPartOfAFileBehindAndSaysHowToGetAtTheResults() throws IOException {
        service.thenBatch("\"1\"", TwoFiles.DONE);
        Path out = folder.resolveSibling(folder.getFileName() + "-results.jsonl");

        Ran ran = files.ingest("--out", out.toString());

        assertThat(ran.code()).as("the stand-in has no results").isEqualTo(4);
        assertThat(out).doesNotExist();
        try (var siblings = Files.list(folder.resolveSibling("."))) {
            assertThat(siblings.map(Path::toString))
                    .noneMatch(path -> path.contains(folder.getFileName() + "-results.jsonl"));
        }
        assertThat(ran.err()).contains("  mivaa-batch results 0197 --out FILE --server " + server);
        Ran nowhere = files.ingest("--out", folder.resolve("none/r.jsonl").toString());
        assertThat(nowhere.code()).isEqualTo(5);
        assertThat(nowhere.err()).contains("r.jsonl cannot be written: there is no such file or folder");
    }

    @Test
    void writesThroughNoLinkThatSomebodyHasLaid() throws IOException {
        service.thenBatch("\"1\"", TwoFiles.DONE);
        Path out = folder.resolveSibling(folder.getFileName() + "-results.jsonl");
        Path victim = Files.writeString(folder.resolve("b.md"), "mine");
        Files.createSymbolicLink(
                out.resolveSibling(
                        "." + out.getFileName() + "." + ProcessHandle.current().pid() + ".part"),
                victim);

        files.ingest("--out", out.toString());

        assertThat(victim).hasContent("mine");
        Files.deleteIfExists(out);
    }

    @Test
    void saysWhatIsWrongWithAPasswordFile() {
        Ran ran = files.ingest("--password-file", folder.resolve("none").toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("--password-file cannot be read: there is no such file or folder");
        assertThat(files.ingest(Terminal.none(), Map.of(), "\n", "--password-file", "-")
                        .err())
                .contains("The first line of --password-file is empty.");
    }
}
