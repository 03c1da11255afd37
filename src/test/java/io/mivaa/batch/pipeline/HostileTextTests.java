package io.mivaa.batch.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.chunk.AllChunkers;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.Parsers;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** Texts on which quadratic code takes minutes: every parser of text and every chunker is through with them in time. */
class HostileTextTests {

    private static final int LENGTH = Integer.getInteger("hostile.length", 300_000);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final ParseLimits LIMITS = new ParseLimits(5000, 20_000_000);

    @TempDir
    private Path folder;

    private static final List<String> UNITS = List.of(
            "a",
            " ",
            "\n",
            "=a",
            "![",
            "[a](",
            "**a ",
            "a|",
            "``a ",
            "<div>",
            "<table><tr><td>",
            "<ul><li>",
            "<!--",
            "&amp",
            "> ",
            "- ",
            "\t",
            "{\"a\":",
            "\"a\",",
            ",",
            "a. ",
            "!\n",
            "# a\n",
            "|a|b|\n",
            "```\n",
            "a\n===\n",
            "e\u0301",
            "\u8a9e\u3002",
            "\\par ",
            "{\\b ",
            "X-A: b\n",
            "=?utf-8?q?a?=",
            "[a]: b\n",
            "\u0301");

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String unit : UNITS) {
            texts.put("many " + unit, unit.repeat(LENGTH / unit.length()));
        }
        String blanks = " ".repeat(LENGTH);
        texts.put("TOML with blanks", "+++\na = b" + blanks + "\n+++\ntext");
        texts.put("YAML with blanks", "---\na: b" + blanks + "\n---\ntext");
        texts.put("heading with blanks", "# a" + blanks + "b");
        texts.put("blanks in a line", "a" + blanks + "b");
        texts.put("blanks at the end", "a" + blanks);
        texts.put("table with blanks", "|a|b|\n|-|-|\n|" + blanks + "|c|\n");
        texts.put("wide table", "|" + "a|".repeat(4000) + "\n|" + "-|".repeat(4000) + "\n" + "|a|\n".repeat(20_000));
        texts.put("nested lists", nested("- "));
        texts.put("nested quotes", nested("> "));
        texts.put("many headings", "# a\n\nb\n\n".repeat(LENGTH / 8));
        texts.put(
                "deeper headings",
                Stream.iterate(1, level -> level % 6 + 1)
                        .limit(40_000)
                        .map(level -> "#".repeat(level) + " heading\n\n")
                        .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                        .toString());
        texts.put(
                "mail with many parts",
                "From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\na\n".repeat(50_000));
        texts.put("mail in mail", "Content-Type: message/rfc822\n\n".repeat(10_000) + "a");
        texts.put("long header", "Subject: " + "=?utf-8?q?a?= ".repeat(30_000) + "\n\na");
        texts.put("deep JSON", "[".repeat(100_000) + "]".repeat(100_000));
        texts.put("RTF groups", "{\\rtf1 " + "{".repeat(100_000) + "a" + "}".repeat(100_000) + "}");
        texts.put("RTF table", "{\\rtf1 " + "\\trowd\\cellx1 a\\cell\\row ".repeat(15_000) + "}");
        texts.put("quotes after blanks", " ".repeat(LENGTH / 4) + "\"\"x".repeat(LENGTH / 4));
        texts.put("code of backticks", "<pre>" + "`".repeat(LENGTH) + "</pre>");
        texts.put("long table row", "<table><tr><td colspan=1000>a" + "<tr><td>b".repeat(20_000) + "</table>");
        texts.put("quoted cell", "a,\"" + "b\n".repeat(LENGTH / 2));
        return texts;
    }

    private static String nested(String marker) {
        StringBuilder text = new StringBuilder();
        for (int depth = 0; depth < 900; depth++) {
            text.append(marker.equals("> ") ? marker.repeat(depth) : " ".repeat(2 * depth) + marker)
                    .append("a\n");
        }
        return text.toString();
    }

    @Test
    void everyParserOfTextIsThroughInTime() throws Exception {
        for (Map.Entry<String, String> text : texts().entrySet()) {
            for (Parser parser : parsers()) {
                timed(parser.getClass().getSimpleName() + " on " + text.getKey(), () -> parse(parser, text.getValue()));
            }
        }
    }

    @Test
    void theFormatIsDetectedInTime() throws Exception {
        ContentFormats formats = new ContentFormats(parsers());
        Map<String, String> texts = texts();
        texts.put("comments", "<!---->".repeat(LENGTH / 7));
        texts.put("digits of a PDF", "x %PDF-1.4 " + "7".repeat(LENGTH));
        for (Map.Entry<String, String> text : texts.entrySet()) {
            byte[] head = Arrays.copyOf(text.getValue().getBytes(UTF_8), Formats.HEAD_BYTES);
            timed("detection of " + text.getKey(), () -> formats.detect(head, "a", null));
        }
    }

    @Test
    void everyChunkerIsThroughInTime() throws Exception {
        Parser parser = parsers().stream()
                .filter(each -> each.mediaTypes().contains("text/plain"))
                .findFirst()
                .orElseThrow();
        for (String unit : UNITS) {
            Object parsed = timed("text of " + unit, () -> parse(parser, unit.repeat(LENGTH / 4 / unit.length())));
            if (parsed instanceof ParsedDocument document) {
                for (Chunker chunker : AllChunkers.list()) {
                    ChunkingOptions options = new ChunkingOptions(chunker.name(), 160, 20, 40);
                    timed(chunker.name() + " on " + unit, () -> chunker.chunk(document, options, String::length));
                }
            }
        }
    }

    /** @return what the work returns, or the refusal of the document */
    private static @Nullable Object timed(String name, Callable<?> work) throws Exception {
        FutureTask<?> task = new FutureTask<>(work);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(name + " takes too long: " + List.of(thread.getStackTrace()), e);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as(name).isInstanceOf(Rejected.class);
            return e.getCause();
        }
    }

    private ParsedDocument parse(Parser parser, String text) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "", ".txt"), text);
        String type = parser.mediaTypes().stream().sorted().findFirst().orElseThrow();
        try {
            return parser.parse(
                    new Source("a", type, file, Files.size(file), "0".repeat(64)), LIMITS, ParseProgress.NONE);
        } finally {
            Files.delete(file);
        }
    }

    private static List<Parser> parsers() {
        return Parsers.all(
                        new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.AUTO),
                        new OcrSettings(
                                false, "tesseract", List.of("eng"), 300, 40_000_000, 200, Duration.ofSeconds(60)),
                        new ContainerSettings(DataSize.ofMegabytes(512), 250, 10_000, 2_000_000, 20, 1))
                .stream()
                .filter(parser -> List.of(
                                "MarkdownParser",
                                "TextParser",
                                "HtmlParser",
                                "CsvParser",
                                "RtfParser",
                                "MailParser",
                                "MivaaParser")
                        .contains(parser.getClass().getSimpleName()))
                .toList();
    }
}
