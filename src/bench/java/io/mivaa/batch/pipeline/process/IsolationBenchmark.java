package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Isolation;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.Parsers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/**
 * What it costs to parse in other processes: the documents of a folder, and many notes of one line, parsed in this
 * process and in others, in turn. The first round of each is cold.
 */
public final class IsolationBenchmark {

    private static final ParseLimits LIMITS = new ParseLimits(5000, 20_000_000);
    private static final int THREADS = Integer.getInteger("bench.threads", 2);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 4);
    private static final int NOTES = Integer.getInteger("bench.notes", 5000);

    private IsolationBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        String samples = System.getenv("MIVAA_SAMPLES");
        if (samples == null || !Files.isDirectory(Path.of(samples))) {
            System.out.println("MIVAA_SAMPLES names no folder with documents: nothing done.");
            return;
        }
        Messages.Setup setup = PlantedParsers.SETUP;
        List<Parser> parsers = Parsers.all(setup.parse(), setup.ocr(), setup.container());
        List<Source> documents = documents(Path.of(samples), new ContentFormats(parsers));
        List<Source> notes = notes();
        ProcessSettings settings =
                new ProcessSettings(true, DataSize.ofMegabytes(512), Duration.ofMinutes(5));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (ParserProcesses processes = new ParserProcesses(command(settings), setup)) {
            for (int round = 1; round <= ROUNDS; round++) {
                report(round, "here", documents, notes, isolated(parsers, Isolation.NONE), threads);
                report(round, "elsewhere", documents, notes, isolated(parsers, processes), threads);
            }
            compare(documents, parsers, isolated(parsers, processes));
            ProcessHandle.current().children().forEach(IsolationBenchmark::memory);
        }
        threads.shutdown();
    }

    /** With further options for the JVM, to compare. */
    private static ProcessCommand command(ProcessSettings settings) {
        ProcessCommand command = ProcessCommand.of(settings);
        List<String> options = new ArrayList<>(command.options());
        Collections.addAll(options, System.getProperty("bench.options", "-Xshare:auto").split(" "));
        return new ProcessCommand(options, command.mainClass());
    }

    private static List<Parser> isolated(List<Parser> parsers, Isolation isolation) {
        return parsers.stream().map(isolation::isolate).toList();
    }

    private static void report(
            int round,
            String where,
            List<Source> documents,
            List<Source> notes,
            List<Parser> parsers,
            ExecutorService threads)
            throws Exception {
        double before = processorSeconds();
        double documentSeconds = seconds(documents, parsers, threads);
        double between = processorSeconds();
        double noteSeconds = seconds(notes, parsers, threads);
        double after = processorSeconds();
        System.out.printf(
                Locale.ROOT,
                "round %d, %s, %d threads: %d documents in %.2f s, %.2f s of processor; %d notes in %.2f s, %.0f a second,"
                        + " %.3f ms of processor each%n",
                round,
                where,
                THREADS,
                documents.size(),
                documentSeconds,
                between - before,
                notes.size(),
                noteSeconds,
                notes.size() / noteSeconds,
                1000 * (after - between) / notes.size());
    }

    private static double seconds(List<Source> sources, List<Parser> parsers, ExecutorService threads)
            throws Exception {
        long start = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (Source source : sources) {
            all.add(threads.submit(() -> parse(source, parsers)));
        }
        for (Future<?> each : all) {
            each.get();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void compare(List<Source> documents, List<Parser> here, List<Parser> elsewhere) {
        long equal = documents.stream()
                .filter(source -> parse(source, here).equals(parse(source, elsewhere)))
                .count();
        System.out.println(equal + " of " + documents.size() + " documents have the same outcome here and elsewhere");
    }

    /** The document, or why there is none. */
    private static Object parse(Source source, List<Parser> parsers) {
        try {
            return parsers.stream()
                    .filter(parser -> parser.mediaTypes().contains(source.mediaType()))
                    .findFirst()
                    .orElseThrow()
                    .parse(source, LIMITS, ParseProgress.NONE);
        } catch (Rejected e) {
            return e.code() + ": " + e.getMessage();
        }
    }

    /** Of this process and those that it has started. */
    private static double processorSeconds() {
        return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().children())
                .mapToDouble(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3)
                .sum();
    }

    private static void memory(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            lines.filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                    .forEach(line -> System.out.println("process " + process.pid() + " " + line));
        } catch (IOException e) {
            System.out.println("process " + process.pid() + " has ended");
        }
    }

    private static List<Source> documents(Path folder, Formats formats) throws IOException {
        List<Source> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                String type = formats.detect(head(file, Formats.HEAD_BYTES), name, null);
                if (formats.supported().contains(type)) {
                    sources.add(new Source(name, type, file, Files.size(file), "0".repeat(64)));
                }
            }
        }
        return sources;
    }

    private static byte[] head(Path file, int length) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(length);
        }
    }

    private static List<Source> notes() throws IOException {
        Path folder = Files.createTempDirectory("notes");
        List<Source> notes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Path file = folder.resolve("note-" + i + ".txt");
            Files.writeString(file, "Note " + i + ": the quick brown fox jumps over the lazy dog.");
            notes.add(new Source("note.txt", "text/plain", file, Files.size(file), "0".repeat(64)));
        }
        List<Source> all = new ArrayList<>();
        while (all.size() < NOTES) {
            all.addAll(notes);
        }
        return all;
    }
}
