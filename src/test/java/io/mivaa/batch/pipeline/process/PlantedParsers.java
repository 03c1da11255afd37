package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.Isolation;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.util.unit.DataSize;

/**
 * The program of a process whose one parser does to itself what the document says: {@code loop}, {@code memory},
 * {@code stack}, {@code halt} and so on. Any other document is its own text.
 */
public final class PlantedParsers {

    public static final String MEDIA_TYPE = "text/plain";

    static final Messages.Setup SETUP = new Messages.Setup(
            new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.AUTO),
            new OcrSettings(false, "tesseract", List.of("eng"), 300, 40_000_000, 200, Duration.ofSeconds(60)),
            new ContainerSettings(DataSize.ofMegabytes(512), 250, 10_000, 2_000_000, 20, 1),
            Duration.ofMinutes(5).toMillis());

    private PlantedParsers() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ParserServer.main(setup -> List.of(new Planted()));
    }

    /** Processes with this program and a heap of 64 MB. */
    static ParserProcesses processes(Messages.Setup setup) {
        ProcessSettings settings = new ProcessSettings(true, DataSize.ofMegabytes(64), Duration.ofMinutes(5));
        return new ParserProcesses(
                new ProcessCommand(ProcessCommand.of(settings).options(), PlantedParsers.class.getName()), setup);
    }

    /** The same, to be closed by its user, who cannot see the type. */
    public static Isolation isolation(List<AutoCloseable> closeables) {
        ParserProcesses processes = processes(SETUP);
        closeables.add(processes);
        return processes;
    }

    /** The planted parser itself, which must not parse in the process that has called this. */
    public static Parser parser() {
        return new Planted();
    }

    private static final class Planted implements Parser {

        @Override
        public Set<String> mediaTypes() {
            return Set.of(MEDIA_TYPE);
        }

        @Override
        public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
            try {
                return document(act(Files.readString(source.file()).strip(), source.file(), progress));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String act(String text, Path file, ParseProgress progress) throws IOException {
            return switch (text) {
                case "loop" -> loop();
                case "memory" -> fill();
                case "stack" -> overflow(1);
                case "halt" -> halt();
                case "litter" -> litter(file);
                case "print" -> print();
                case "garbage" -> garbage();
                case "pages" -> pages(progress);
                case "pid" -> Long.toString(ProcessHandle.current().pid());
                case "environment" -> String.join(" ", System.getenv().keySet());
                case "rejected" -> throw new Rejected("planted-code", "The document is planted.");
                case "transient" -> throw new TransientFailure("planted-code", "The document is planted.", null);
                case "error" -> throw new IllegalStateException("a secret of the document");
                default -> text;
            };
        }

        @SuppressWarnings("InfiniteLoopStatement")
        private static String loop() {
            long count = 0;
            while (true) {
                count = count * 31 + 1;
                if (count == Long.MIN_VALUE + 1) {
                    Thread.onSpinWait();
                }
            }
        }

        private static String fill() {
            List<byte[]> kept = new ArrayList<>();
            while (kept.size() < Integer.MAX_VALUE) {
                try {
                    kept.add(new byte[1024 * 1024]);
                } catch (OutOfMemoryError e) {
                    kept.add(new byte[0]);
                }
            }
            return "not reached";
        }

        @SuppressWarnings("InfiniteRecursion")
        private static String overflow(int depth) {
            return overflow(depth + 1) + depth;
        }

        private static String halt() {
            Runtime.getRuntime().halt(77);
            return "not reached";
        }

        /** Leaves a file beside the document and one among its temporary files, and never ends. */
        private static String litter(Path file) throws IOException {
            Files.createTempFile(file.getParent(), "litter", ".tmp");
            Files.createTempFile("litter", ".tmp");
            return loop();
        }

        private static String print() {
            System.out.println("REQUEST");
            System.err.println("DOCUMENT");
            return "printed";
        }

        /** Writes to the stream of the answers what is no answer. */
        private static String garbage() throws IOException {
            try (FileOutputStream out = new FileOutputStream("/proc/self/fd/1");
                    FileInputStream random = new FileInputStream("/dev/urandom")) {
                out.write(new byte[] {120});
                out.write(random.readNBytes(1000));
            }
            return loop();
        }

        private static String pages(ParseProgress progress) {
            for (int page = 1; page <= 100; page++) {
                progress.pagesRead(page);
            }
            return "read";
        }

        private static ParsedDocument document(String text) {
            return new ParsedDocument(
                    text,
                    List.of(Block.of(Block.Kind.PARAGRAPH, 0, text.length(), null)),
                    Metadata.NONE,
                    null,
                    List.of());
        }
    }

    /** A document with this text. */
    static Source source(Path folder, String text) throws IOException {
        Path file = folder.resolve("document");
        Files.writeString(file, text, StandardCharsets.UTF_8);
        return new Source("planted.txt", MEDIA_TYPE, file, Files.size(file), "0".repeat(64));
    }
}
