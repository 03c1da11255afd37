package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.screen.Terminal;
import io.mivaa.batch.intake.Pdfs;
import io.mivaa.batch.intake.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The commands against the real service, whose limits are 20 documents and 64 KB here. */
class RunningServiceCommandTests extends RunningService {

    @TempDir
    private Path folder;

    private String server = "";

    @BeforeEach
    void address(@LocalServerPort int port) {
        server = "http://127.0.0.1:" + port;
    }

    private Ran run(String... arguments) {
        return Ran.command(Stream.concat(Stream.of(arguments), Stream.of("--server", server))
                .toArray(String[]::new));
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String id(String json) {
        return read(json).path("id").asString();
    }

    @Test
    void ingestAFolderWriteItsResultsAndTellWhatFailed() throws IOException {
        file("docs/oak.md", "# Oak\n\n" + sentence());
        file("docs/sub/oak.md", "# Oak\n\n" + sentence());
        file("docs/sub/empty.txt", "");
        Files.write(folder.resolve("docs/locked.pdf"), Pdfs.protectedBy("sesame", "Nobody reads this."));
        Path out = folder.resolve("results.jsonl");

        Ran ran = run("ingest", folder.resolve("docs").toString(), "--out", out.toString());

        assertThat(ran.code()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out())
                .contains("2 of 4 documents succeeded, 2 failed in ")
                .contains("1  encrypted-document: ")
                .contains("Give its password with --password-file.")
                .contains("1  empty-document: ")
                .contains(folder.resolve("docs/sub/empty.txt").toString())
                .contains("Results of 2 documents in " + out);
        List<JsonNode> results =
                Files.readAllLines(out).stream().map(RunningService::read).toList();
        assertThat(results).hasSize(2).allSatisfy(result -> {
            assertThat(result.path("source").path("filename").asString()).isEqualTo("oak.md");
            assertThat(result.path("chunks")).isNotEmpty();
            assertThat(result.at("/chunks/0").has("embedding")).isFalse();
        });
        assertThat(ran.err()).contains("  100 %  2 of 4 documents, 2 failed");
    }

    @Test
    void sayWhatToDoAboutAPasswordThatCannotBeKept() throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        Files.write(folder.resolve("docs/locked.pdf"), Pdfs.protectedBy("sesame", sentence()));
        Path word = file("word", "sesame\n");

        Ran ran = run("ingest", folder.resolve("docs").toString(), "--password-file", word.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("passwords-not-enabled", "mivaa.secrets.key")
                .doesNotContain("sesame");
    }

    @Test
    void divideWhatIsTooMuchForOneBatch() throws IOException {
        for (int i = 0; i < 41; i++) {
            file("docs/%02d.md".formatted(i), sentence());
        }

        Ran ran = run("ingest", folder.resolve("docs").toString(), "--json", "--name", "many");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.lines().stream().map(RunningService::read))
                .hasSize(3)
                .allSatisfy(batch -> {
                    assertThat(batch.path("state").asString()).isEqualTo("SUCCEEDED");
                    assertThat(batch.path("name").asString()).isEqualTo("many");
                })
                .extracting(batch -> batch.at("/counts/total").asInt())
                .containsExactly(20, 20, 1);
        assertThat(ran.err()).contains("100 %  41 of 41 documents");
    }

    @Test
    void writeNothingButResultsToTheStandardOutput() throws IOException {
        file("docs/a.md", sentence());

        Ran ran = run("ingest", folder.resolve("docs").toString(), "--out", "-", "--embeddings");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.lines()).hasSize(1);
        assertThat(read(ran.out()).at("/chunks/0/embedding").size()).isEqualTo(384);
        assertThat(ran.err()).contains("1 of 1 document succeeded");
    }

    @Test
    void nameEachFileWhenAllAreRefused() throws IOException {
        file("docs/a.txt", "");
        file("docs/b.txt", "x".repeat(70_000));
        file("docs/c.bin", "\u0000\u0001\u0002\u0003\uFFFD\u0000");

        Ran ran = run("ingest", folder.resolve("docs").toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("0 of 3 documents succeeded, 3 failed")
                .contains("empty-document", "document-too-large", "unsupported-format")
                .contains("a.txt", "b.txt", "c.bin")
                .doesNotContain("Ask:");
    }

    @Test
    void tellHowFarBatchesAreAsTheServiceSaysIt() throws IOException {
        file("docs/a.md", sentence());
        String batch =
                id(run("ingest", folder.resolve("docs").toString(), "--json").out());

        assertThat(run("status", batch, "--json").out())
                .isEqualTo(api.get("/batches/" + batch).body() + "\n");
        assertThat(run("status", batch).out()).contains("Batch " + batch + "  SUCCEEDED  docs", "1 of 1 document");
        assertThat(run("status", "--limit", "1").lines().get(1))
                .startsWith(batch)
                .endsWith("docs");
        assertThat(read(run("status", "--limit", "1", "--json").out())
                        .at("/items/0/id")
                        .asString())
                .isEqualTo(batch);
        assertThat(run("results", batch).lines()).hasSize(1);
        assertThat(run("status", "00000000-0000-0000-0000-000000000000").code()).isEqualTo(4);
    }

    @Test
    void tryAgainWhatFailedByBatchAndByJob() {
        JsonNode job = deadJob();
        String batch = job.path("batchId").asString();

        Ran watched = run("retry", batch, "--watch");

        assertThat(watched.code()).as(watched.toString()).isZero();
        assertThat(watched.out()).contains("Batch " + batch + "  SUCCEEDED");
        String other = deadJob().path("id").asString();
        assertThat(read(run("retry", other, "--json").out()).path("id").asString())
                .isEqualTo(other);
        api.awaitJob(other, "SUCCEEDED");
        assertThat(run("retry", "no-such").code()).isEqualTo(4);
    }

    @Test
    void findPassagesAndMarkThem() throws IOException {
        file("docs/wenge.md", "# Woods\n\nWenge is dark and heavy.\u001B[31m\n");
        run("ingest", folder.resolve("docs").toString(), "--tag", "wenge");

        Ran plain = run("search", "wenge", "wood", "--tag", "wenge");
        Ran marked = Ran.on(
                Terminal.ofWidth(100), Map.of(), "", "search", "wenge wood", "--tag", "wenge", "--server", server);
        Ran colourless = Ran.on(
                Terminal.ofWidth(100),
                Map.of("NO_COLOR", "1"),
                "",
                "search",
                "wenge wood",
                "--mode",
                "keyword",
                "--server",
                server);

        assertThat(plain.out())
                .contains(" 1. ", "wenge.md", "Wenge is dark and heavy.[31m")
                .doesNotContain("\u001B");
        assertThat(marked.out()).contains("\u001B[1mWenge\u001B[0m is dark").doesNotContain("\u001B[31m");
        assertThat(colourless.out()).contains("Wenge is dark").doesNotContain("\u001B");
    }
}
