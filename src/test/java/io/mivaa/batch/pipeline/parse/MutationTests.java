package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.html.EpubTests;
import io.mivaa.batch.pipeline.parse.odf.OdfTests;
import io.mivaa.batch.pipeline.parse.ooxml.DocxTests;
import io.mivaa.batch.pipeline.parse.ooxml.PptxTests;
import io.mivaa.batch.pipeline.parse.ooxml.XlsxTests;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents that are archives, damaged behind the checksums of the archive: part by part, so that the readers of the
 * parts get to see it. {@link ParserContract} damages the file as a whole.
 */
class MutationTests {

    private static final int VARIANTS = 400;

    @TempDir
    private Path folder;

    static Stream<ParserContract> archives() {
        return Stream.of(new DocxTests(), new XlsxTests(), new PptxTests(), new OdfTests(), new EpubTests());
    }

    @ParameterizedTest
    @MethodSource("archives")
    @Timeout(60)
    void readsOrRejectsDamagedParts(ParserContract format) throws IOException {
        Random random = new Random(20_261_125);
        Map<String, byte[]> parts = parts(format.sample());
        int read = 0;
        for (int i = 0; i < VARIANTS; i++) {
            try {
                ParserContract.check(format.parser()
                        .parse(
                                source(format.parser(), variant(parts, random)),
                                ParserContract.LIMITS,
                                ParseProgress.NONE));
                read++;
            } catch (Rejected rejected) {
                assertThat(rejected.code()).matches("[a-z]+(-[a-z]+)+");
                assertThat(rejected.getMessage()).endsWith(".");
            }
        }
        assertThat(read).isPositive();
    }

    private static byte[] variant(Map<String, byte[]> parts, Random random) {
        List<String> names = new ArrayList<>(parts.keySet());
        String chosen = names.get(random.nextInt(names.size()));
        byte[] other = Objects.requireNonNull(parts.get(names.get(random.nextInt(names.size()))));
        ZipSketch zip = new ZipSketch();
        parts.forEach((name, bytes) -> zip.with(name, name.equals(chosen) ? mutated(bytes, other, random) : bytes));
        return zip.bytes();
    }

    private static byte[] mutated(byte[] bytes, byte[] other, Random random) {
        if (bytes.length == 0) {
            return other;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 1 -> {
                byte[] spliced = Arrays.copyOf(bytes, at + other.length);
                System.arraycopy(other, 0, spliced, at, other.length);
                return spliced;
            }
            case 2 -> {
                // a run of the part itself, again: elements in places and numbers where nobody expects them
                int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
                byte[] repeated = Arrays.copyOf(bytes, bytes.length + length);
                System.arraycopy(bytes, at, repeated, at + length, bytes.length - at);
                return repeated;
            }
            default -> {
                byte[] flipped = bytes.clone();
                for (int flips = random.nextInt(8); flips >= 0; flips--) {
                    flipped[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
                }
                return flipped;
            }
        }
    }

    private static Map<String, byte[]> parts(byte[] archive) throws IOException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                parts.put(entry.getName(), zip.readAllBytes());
            }
        }
        return parts;
    }

    private Source source(Parser parser, byte[] bytes) throws IOException {
        Path file = folder.resolve("document");
        Files.write(file, bytes);
        return new Source("document", parser.mediaTypes().iterator().next(), file, bytes.length, "0".repeat(64));
    }
}
