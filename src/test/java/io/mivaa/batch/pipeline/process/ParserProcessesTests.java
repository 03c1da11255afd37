package io.mivaa.batch.pipeline.process;

import static io.mivaa.batch.pipeline.process.PlantedParsers.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.ParserFailure;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose parsers do the worst. */
@Timeout(120)
class ParserProcessesTests {

    private static final ParseLimits LIMITS = new ParseLimits(1000, 1_000_000);

    @TempDir
    private Path folder;

    private final ParserProcesses processes = PlantedParsers.processes(PlantedParsers.SETUP);
    private final Parser parser = processes.isolate(PlantedParsers.parser());

    @AfterEach
    void close() {
        processes.close();
    }

    private String parse(String text) throws IOException {
        return parse(text, ParseProgress.NONE);
    }

    private String parse(String text, ParseProgress progress) throws IOException {
        return parser.parse(source(folder, text), LIMITS, progress).text();
    }

    private ParserFailure failure(String text) throws IOException {
        var source = source(folder, text);
        return catchThrowableOfType(ParserFailure.class, () -> parser.parse(source, LIMITS, ParseProgress.NONE));
    }

    @Test
    void parsesOneDocumentAfterTheOtherInTheSameProcess() throws IOException {
        assertThat(parser.mediaTypes()).containsExactly(PlantedParsers.MEDIA_TYPE);
        assertThat(parse("Grüße, 世界 🌍")).isEqualTo("Grüße, 世界 🌍");

        String pid = parse("pid");

        assertThat(parse("pid"))
                .isEqualTo(pid)
                .isNotEqualTo(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void killsTheProcessOfADocumentThatIsInterrupted() throws Exception {
        long pid = Long.parseLong(parse("pid"));
        FutureTask<String> looping = new FutureTask<>(() -> parse("loop"));
        Thread thread = new Thread(looping);
        thread.start();
        awaitProcessorTime(pid);

        thread.interrupt();

        assertThatThrownBy(() -> looping.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancellationException.class);
        awaitEnd(pid);
        assertThat(Long.parseLong(parse("pid"))).isNotEqualTo(pid);
    }

    @Test
    void blamesADocumentThatFillsTheMemory() throws IOException {
        ParserFailure failure = failure("memory");

        assertThat(failure.kind()).isEqualTo(ParserFailure.Kind.OUT_OF_MEMORY);
        assertThat(failure).hasMessageContaining("mivaa.parse.process.memory");
        assertThat(parse("afterwards")).isEqualTo("afterwards");
    }

    @Test
    void blamesADocumentThatEndsItsProcess() throws IOException {
        String pid = parse("pid");

        ParserFailure failure = failure("halt");

        assertThat(failure.kind()).isEqualTo(ParserFailure.Kind.CRASH);
        assertThat(failure).hasMessageContaining("exit code 77");
        assertThat(parse("pid")).isNotEqualTo(pid);
    }

    @Test
    void readsADocumentAgainWhoseProcessHadEndedBeforeIt() throws Exception {
        long pid = Long.parseLong(parse("pid"));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        awaitEnd(pid);

        assertThat(parse("afterwards")).isEqualTo("afterwards");
    }

    @Test
    void keepsTheProcessOfADocumentThatIsOnlyDamaged() throws IOException {
        String pid = parse("pid");

        assertThatThrownBy(() -> parse("rejected"))
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.code()).isEqualTo("planted-code"))
                .hasMessage("The document is planted.");
        assertThatThrownBy(() -> parse("transient"))
                .isInstanceOfSatisfying(
                        TransientFailure.class, e -> assertThat(e.code()).isEqualTo("planted-code"))
                .hasMessage("The document is planted.");
        assertThat(parse("pid")).isEqualTo(pid);
    }

    @Test
    void reportsAnErrorByItsKindAndNeverByItsMessage() throws IOException {
        assertThat(failure("error"))
                .hasMessage("An unexpected error occurred (IllegalStateException).")
                .extracting(ParserFailure::kind)
                .isEqualTo(ParserFailure.Kind.ERROR);
        assertThat(failure("stack")).hasMessage("An unexpected error occurred (StackOverflowError).");
        assertThat(parse("afterwards")).isEqualTo("afterwards");
    }

    @Test
    void isNotConfusedByWhatALibraryPrints() throws IOException {
        assertThat(parse("print")).isEqualTo("printed");
    }

    @Test
    void endsAProcessThatSendsWhatIsNoAnswer() throws IOException {
        assertThat(failure("garbage").kind()).isEqualTo(ParserFailure.Kind.CRASH);
        assertThat(parse("afterwards")).isEqualTo("afterwards");
    }

    @Test
    void reportsPagesAndStopsWhenTheProgressSaysSo() throws IOException {
        List<Integer> pages = new ArrayList<>();
        assertThat(parse("pages", pages::add)).isEqualTo("read");
        assertThat(pages).hasSize(100).startsWith(1).endsWith(100);

        assertThatThrownBy(() -> parse("pages", page -> {
                    throw new CancellationException("planted");
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(parse("afterwards")).isEqualTo("afterwards");
    }

    @Test
    void givesAProcessNothingOfTheEnvironmentThatItDoesNotNeed() throws IOException {
        assertThat(parse("environment").split(" ")).contains("PATH").isSubsetOf(allowed());
    }

    /** The JVM itself may add some. */
    private static List<String> allowed() {
        return List.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "_");
    }

    @Test
    void endsAProcessThatHasBeenIdleForTooLong() throws Exception {
        var setup = new Messages.Setup(
                PlantedParsers.SETUP.parse(), PlantedParsers.SETUP.ocr(), PlantedParsers.SETUP.container(), 200);
        try (ParserProcesses impatient = PlantedParsers.processes(setup)) {
            Parser isolated = impatient.isolate(PlantedParsers.parser());
            long pid = Long.parseLong(isolated.parse(source(folder, "pid"), LIMITS, ParseProgress.NONE)
                    .text());

            awaitEnd(pid);

            assertThat(isolated.parse(source(folder, "afterwards"), LIMITS, ParseProgress.NONE)
                            .text())
                    .isEqualTo("afterwards");
        }
    }

    @Test
    void endsItsProcessesWhenItIsClosed() throws Exception {
        long pid = Long.parseLong(parse("pid"));

        processes.close();

        awaitEnd(pid);
    }

    @Test
    void givesEachThreadAProcessOfItsOwn() throws Exception {
        var first = CompletableFuture.supplyAsync(() -> uninterrupted("loop"));
        String pid = parse("pid");

        assertThat(parse("pid")).isEqualTo(pid);
        assertThat(first).isNotDone();
        var children = ProcessHandle.current()
                .children()
                .filter(child -> child.pid() != Long.parseLong(pid))
                .collect(Collectors.toList());
        children.forEach(ProcessHandle::destroyForcibly);
        assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(ParserFailure.class);
    }

    private String uninterrupted(String text) {
        try {
            Path own = Files.createDirectory(folder.resolve("own"));
            return parser.parse(source(own, text), LIMITS, ParseProgress.NONE).text();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitEnd(long pid) throws Exception {
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(30, TimeUnit.SECONDS);
        }
    }

    /** Waits until the process has worked for a while. */
    private static void awaitProcessorTime(long pid) throws InterruptedException {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        Duration before = process.info().totalCpuDuration().orElseThrow();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (process.info().totalCpuDuration().orElseThrow().compareTo(before.plusMillis(300)) < 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
