package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;

/**
 * Every document of a folder, which {@code MIVAA_SAMPLES} names, as it is and damaged in {@code -Dvariants=20} ways: cut
 * off, with bytes turned, with pieces of itself in other places. Tells how many were parsed, how many refused with a
 * cause, and which did neither.
 */
public final class RobustnessBenchmark {

    private static final int SECONDS = 60;
    private static final long MOST_BYTES_DAMAGED = 3_000_000;

    private RobustnessBenchmark() {}

    @EnableConfigurationProperties({ParseSettings.class, ContainerSettings.class, OcrSettings.class})
    static class Settings {}

    private static final class Row {

        private int parsed;
        private int refused;
        private int hung;
        private int outOfMemory;
        private int other;
    }

    public static void main(String[] arguments) {
        String samples = System.getenv("MIVAA_SAMPLES");
        if (samples == null || !Files.isDirectory(Path.of(samples))) {
            System.out.println("MIVAA_SAMPLES names no folder with documents: nothing done.");
            return;
        }
        new ApplicationContextRunner()
                .withUserConfiguration(ParseConfiguration.class, Settings.class)
                .withPropertyValues("mivaa.parse.ocr.enabled=false")
                .run(context -> run(
                        Path.of(samples),
                        context.getBean(Formats.class),
                        parsers(context)));
        System.exit(0);
    }

    @SuppressWarnings("unchecked")
    private static List<Parser> parsers(ApplicationContext context) {
        return context.getBean("parsers", List.class);
    }

    private static void run(Path samples, Formats formats, List<Parser> parsers) throws Exception {
        Map<String, Row> rows = new TreeMap<>();
        Random random = new Random(Long.getLong("seed", 11));
        ExecutorService thread = Executors.newCachedThreadPool(task -> {
            Thread made = new Thread(task, "parse");
            made.setDaemon(true);
            return made;
        });
        List<Path> files;
        try (Stream<Path> found = Files.walk(samples)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        Path folder = Files.createTempDirectory("robustness");
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Row row = rows.computeIfAbsent(ending(file), e -> new Row());
            int variants = bytes.length > MOST_BYTES_DAMAGED ? 3 : Integer.getInteger("variants", 20);
            for (int i = 0; i <= variants; i++) {
                byte[] variant = i == 0 ? bytes : damaged(bytes, random);
                Path copy = Files.write(folder.resolve("document"), variant);
                String name = file.getFileName().toString();
                Future<?> outcome = thread.submit(() -> {
                    parse(copy, name, formats, parsers);
                    return null;
                });
                count(outcome, row, name + " variant " + i);
            }
        }
        System.out.println("| kind | documents | parsed | refused with a cause | hung | out of memory | anything else |");
        System.out.println("|---|---|---|---|---|---|---|");
        rows.forEach((kind, row) -> System.out.printf(
                "| %s | %d | %d | %d | %d | %d | %d |%n",
                kind,
                row.parsed + row.refused + row.hung + row.outOfMemory + row.other,
                row.parsed,
                row.refused,
                row.hung,
                row.outOfMemory,
                row.other));
    }

    private static void parse(Path file, String name, Formats formats, List<Parser> parsers) throws IOException {
        byte[] head = Arrays.copyOf(Files.readAllBytes(file), (int) Math.min(Files.size(file), 65_536));
        String type = formats.detect(head, name, null);
        Parser parser = parsers.stream()
                .filter(each -> each.mediaTypes().contains(type))
                .findFirst()
                .orElseThrow(() -> new Rejected("unsupported-format", "No parser reads that."));
        ParsedDocument document = parser.parse(
                new Source(name, type, file, Files.size(file), "0".repeat(64)),
                new ParseLimits(5_000, 20_000_000),
                ParseProgress.NONE);
        if (document.text().isBlank()) {
            throw new IllegalStateException("neither text nor a refusal");
        }
    }

    private static void count(Future<?> outcome, Row row, String what) throws InterruptedException {
        try {
            outcome.get(SECONDS, TimeUnit.SECONDS);
            row.parsed++;
        } catch (TimeoutException e) {
            outcome.cancel(true);
            row.hung++;
            System.out.println("hung: " + what);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Rejected) {
                row.refused++;
            } else if (e.getCause() instanceof OutOfMemoryError) {
                row.outOfMemory++;
                System.out.println("out of memory: " + what);
            } else {
                row.other++;
                System.out.println(what + ": " + e.getCause());
            }
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        if (bytes.length < 4) {
            return bytes;
        }
        byte[] damaged = bytes.clone();
        switch (random.nextInt(3)) {
            case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                for (int i = 0; i <= random.nextInt(40); i++) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> {
                int length = 1 + random.nextInt(Math.min(4096, bytes.length / 2));
                int from = random.nextInt(bytes.length - length);
                int to = random.nextInt(bytes.length - length);
                System.arraycopy(bytes, from, damaged, to, length);
            }
        }
        return damaged;
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
