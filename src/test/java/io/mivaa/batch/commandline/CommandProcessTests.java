package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as processes: with the service inside, and interrupted. */
class CommandProcessTests {

    private static final int START_SECONDS = 180;
    private static final int STOP_SECONDS = 15;
    private static final Pattern FOLLOW = Pattern.compile("status (\\S+) --watch");

    @TempDir
    private Path folder;

    private CommandProcess command(String... arguments) throws IOException {
        return new CommandProcess(folder, arguments);
    }

    private static void awaitShown(CommandProcess process, String text) {
        await().atMost(Duration.ofSeconds(START_SECONDS))
                .until(() -> process.err().contains(text) || !process.isAlive());
    }

    @Test
    void keepInTheFolderWhatAnInterruptLeftAndGoOnLater() throws Exception {
        Path docs = Files.createDirectories(folder.resolve("docs"));
        String data = folder.resolve("data").toString();
        // Each sentence occurs once, or vectors would come from the cache; and there are enough of them that embedding
        // takes far longer than it takes to show the first progress. Otherwise all could be done before the interrupt.
        for (int i = 0; i < 100; i++) {
            int document = i;
            Files.writeString(
                    docs.resolve(i + ".md"),
                    IntStream.range(0, 240)
                            .mapToObj(
                                    n -> "Slate " + (100 * n + document) + " splits well, like that of " + (30_000 + n))
                            .collect(Collectors.joining(".\n\n")));
        }
        String batch;
        try (var ingest = command("ingest", docs.toString(), "--data", data)) {
            awaitShown(ingest, "of 100 documents");
            ingest.interrupt();

            assertThat(ingest.exitCode(STOP_SECONDS)).as(ingest.err()).isEqualTo(130);
            assertThat(ingest.err()).contains("Stopped. Accepted documents are kept in " + data);
            assertThat(ingest.out()).isEmpty();
            Matcher follow = FOLLOW.matcher(ingest.err());
            assertThat(follow.find()).isTrue();
            batch = follow.group(1);
        }
        try (var status = command("status", batch, "--watch", "--data", data)) {
            assertThat(status.exitCode(START_SECONDS)).as(status.err()).isZero();
            assertThat(status.out()).contains("Batch " + batch + "  SUCCEEDED", "100 of 100 documents");
        }
        try (var search = command("search", "slate splits", "-k", "1", "--data", data, "--json")) {
            assertThat(search.exitCode(START_SECONDS)).as(search.err()).isZero();
            assertThat(search.out()).startsWith("{\"items\":[{").hasLineCount(1);
        }
    }

    @Test
    void detachFromAServiceOrCancelThere() throws Exception {
        Files.writeString(folder.resolve("a.md"), "# A");
        try (var service =
                        new StandInService().thenBatch("\"1\"", StandInService.batch("RUNNING", false, 20, 2, 0, 0));
                var silent = new StandInService()
                        .thenBatch("\"1\"", StandInService.batch("RUNNING", false, 20, 2, 0, 0))
                        .silentAboutCancel();
                var unheard = command(
                        "ingest",
                        folder.resolve("a.md").toString(),
                        "--cancel-on-interrupt",
                        "--server",
                        "http://127.0.0.1:" + silent.port());
                var detached = command(
                        "ingest", folder.resolve("a.md").toString(), "--server", "http://127.0.0.1:" + service.port());
                var cancelled = command(
                        "ingest",
                        folder.resolve("a.md").toString(),
                        "--cancel-on-interrupt",
                        "--server",
                        "http://127.0.0.1:" + service.port())) {
            awaitShown(unheard, "0 of 2 documents");
            unheard.interrupt();
            awaitShown(detached, "0 of 2 documents");
            awaitShown(cancelled, "0 of 2 documents");
            detached.interrupt();
            assertThat(detached.exitCode(STOP_SECONDS)).isEqualTo(130);
            assertThat(service.asked("POST", "/batches/0197/cancel")).isEmpty();
            cancelled.interrupt();
            assertThat(cancelled.exitCode(STOP_SECONDS)).isEqualTo(130);

            assertThat(detached.err())
                    .contains("Detached. The batch continues at")
                    .contains("follow  mivaa-batch status 0197 --watch --server http://127.0.0.1:" + service.port());
            assertThat(cancelled.err()).contains("Cancelled batch 0197.");
            assertThat(service.asked("POST", "/batches/0197/cancel")).hasSize(1);
            assertThat(unheard.exitCode(STOP_SECONDS)).isEqualTo(130);
            assertThat(unheard.err())
                    .contains("Batch 0197 may not have been cancelled: ")
                    .contains("cancel  mivaa-batch cancel 0197 --server http://127.0.0.1:" + silent.port());
        }
    }

    @Test
    void sayNothingOfWhatFailsBecauseTheyWereInterrupted() throws Exception {
        Path out = folder.resolve("results.jsonl");
        try (var service = new StandInService()
                        .thenBatch("\"1\"", StandInService.batch("SUCCEEDED", true, 100, 2, 2, 0))
                        .withResultsWithoutEnd();
                var results = command(
                        "results", "0197", "--out", out.toString(), "--server", "http://127.0.0.1:" + service.port())) {
            await().atMost(Duration.ofSeconds(START_SECONDS))
                    .until(() -> Files.exists(partOf(out, results)) && Files.size(partOf(out, results)) > 0);

            results.interrupt();

            assertThat(results.exitCode(STOP_SECONDS)).isEqualTo(130);
            assertThat(results.out() + results.err()).isEmpty();
            assertThat(out).doesNotExist();
            assertThat(partOf(out, results)).doesNotExist();
        }
    }

    private static Path partOf(Path out, CommandProcess process) {
        return out.resolveSibling("." + out.getFileName() + "." + process.pid() + ".part");
    }

    @Test
    void sendFilesWhoseNamesTheLocaleCannotWrite() throws Exception {
        Path docs = Files.createDirectories(folder.resolve("docs"));
        // By its bytes, since the locale of this process may be no better.
        Files.writeString(Path.of(URI.create(docs.toUri() + "M%C3%BCnster.MD")), "# Tides");
        Files.writeString(docs.resolve("b.txt"), "no");
        try (var service =
                        new StandInService().thenBatch("\"1\"", StandInService.batch("SUCCEEDED", true, 100, 1, 1, 0));
                var ingest = new CommandProcess(
                        folder,
                        Map.of("LC_ALL", "C"),
                        "ingest",
                        docs.toString(),
                        "--include",
                        "*.md",
                        "--server",
                        "http://127.0.0.1:" + service.port())) {
            assertThat(ingest.exitCode(START_SECONDS)).as(ingest.err()).isZero();
            assertThat(service.asked("POST", "/batches"))
                    .singleElement()
                    .satisfies(post -> assertThat(post.body())
                            .contains("\r\n\r\n# Tides\r\n")
                            .doesNotContain("b.txt"));
        }
    }
}
