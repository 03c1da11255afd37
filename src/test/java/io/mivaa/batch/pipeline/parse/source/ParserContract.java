package io.mivaa.batch.pipeline.parse.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every parser promises, whatever it reads. */
public abstract class ParserContract {

    public static final ParseLimits LIMITS = new ParseLimits(1000, 1_000_000);
    private static final int HOSTILE_VARIANTS = 300;

    @TempDir
    public Path folder;

    public abstract Parser parser();

    public String mediaType() {
        return parser().mediaTypes().iterator().next();
    }

    /** A small document with some of everything. */
    public abstract byte[] sample();

    @Test
    void coversEveryNonBlankCharacterWithOneBlock() {
        check(parse(sample()));
    }

    @Test
    void givesTheSameResultEachTime() {
        assertThat(parse(sample())).isEqualTo(parse(sample()));
    }

    @Test
    void rejectsAnEmptyFile() {
        assertThatThrownBy(() -> parse(new byte[0]))
                .isInstanceOfSatisfying(
                        Rejected.class, rejected -> assertThat(rejected.code()).isEqualTo("no-text"));
    }

    @Test
    void rejectsMoreTextThanTheLimit() {
        ParseLimits limits = new ParseLimits(1000, 20);

        assertThat(rejection(sample(), limits).code()).isEqualTo("too-much-text");
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> parse(sample())).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    @Timeout(60)
    void readsOrRejectsTruncatedAndDamagedFiles() {
        byte[] sample = sample();
        Random random = new Random(20_260_101);
        int read = 0;
        for (int i = 0; i < HOSTILE_VARIANTS; i++) {
            byte[] variant = variant(sample, random);
            try {
                check(parse(variant));
                read++;
            } catch (Rejected rejected) {
                assertThat(rejected.code()).matches("[a-z]+(-[a-z]+)+");
                assertThat(rejected.getMessage()).endsWith(".");
            }
        }
        assertThat(read).isPositive();
    }

    private static byte[] variant(byte[] sample, Random random) {
        byte[] variant = sample.clone();
        if (random.nextInt(3) == 0) {
            return Arrays.copyOf(variant, random.nextInt(variant.length));
        }
        for (int flips = random.nextInt(20); flips >= 0; flips--) {
            variant[random.nextInt(variant.length)] = (byte) random.nextInt(256);
        }
        return variant;
    }

    public ParsedDocument parse(byte[] bytes) {
        return parse(bytes, LIMITS, ParseProgress.NONE);
    }

    public ParsedDocument parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    public ParsedDocument parse(byte[] bytes, ParseLimits limits, ParseProgress progress) {
        return parser().parse(source(bytes), limits, progress);
    }

    public Rejected rejection(byte[] bytes, ParseLimits limits) {
        try {
            parse(bytes, limits, ParseProgress.NONE);
        } catch (Rejected rejected) {
            return rejected;
        }
        throw new AssertionError("nothing was rejected");
    }

    public Rejected rejection(byte[] bytes) {
        return rejection(bytes, LIMITS);
    }

    public Source source(byte[] bytes) {
        try {
            Path file = folder.resolve("document");
            Files.write(file, bytes);
            return new Source("document", mediaType(), file, bytes.length, "0".repeat(64));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Table> tables(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.TABLE)
                .map(block -> Objects.requireNonNull(block.table()))
                .toList();
    }

    public static void check(ParsedDocument document) {
        String text = document.text();
        assertThat(text).isNotBlank().doesNotContain("\0").doesNotContain("\r");
        assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .as("without lone surrogates")
                .isEqualTo(text);
        int last = 0;
        for (Block block : document.blocks()) {
            assertThat(text.substring(last, block.start())).isBlank();
            assertThat(document.textOf(block)).isNotBlank();
            assertThat(Character.isWhitespace(text.charAt(block.start()))).isFalse();
            checkPages(document, block);
            last = block.end();
        }
        assertThat(text.substring(last)).isBlank();
    }

    private static void checkPages(ParsedDocument document, Block block) {
        if (block.pages() != null) {
            assertThat(document.pages()).isNotNull();
            assertThat(block.pages().first()).isPositive();
            assertThat(block.pages().last()).isLessThanOrEqualTo(document.pages());
        }
    }
}
