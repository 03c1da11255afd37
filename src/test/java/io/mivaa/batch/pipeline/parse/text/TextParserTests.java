package io.mivaa.batch.pipeline.parse.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Outline;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextParserTests extends ParserContract {

    private static final String GERMAN = "Größe und Maß der Öfen, \u20AC 5.\n\nÄußere Wände.\n";
    private static final String RUSSIAN =
            "Обжиг керамической плитки длится несколько часов.\n\nПечь должна остыть медленно.\n";

    @Override
    public Parser parser() {
        return new TextParser();
    }

    @Override
    public byte[] sample() {
        return "One paragraph,\nwith two lines.\n\n  Another one: größer.\n \n\nThe last"
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void makesParagraphsOfWhatStandsBetweenBlankLines() {
        ParsedDocument document = parse(sample());

        assertThat(document.blocks().stream().map(document::textOf))
                .containsExactly("One paragraph,\nwith two lines.", "Another one: größer.", "The last");
    }

    @Test
    void takesTheHeadingsOfAWikiForHeadings() {
        ParsedDocument document = parse(("= Clay =\nAbout clay.\n  == Kilns ==  \n\n===Wood===\nThey burn.\n"
                        + " = = Gas = = \n They burn too.")
                .getBytes(StandardCharsets.UTF_8));

        assertThat(document.blocks())
                .extracting(block -> block.kind() + " " + block.level() + " " + document.textOf(block))
                .containsExactly(
                        "HEADING 1 = Clay =",
                        "PARAGRAPH 0 About clay.",
                        "HEADING 2 == Kilns ==",
                        "HEADING 3 ===Wood===",
                        "PARAGRAPH 0 They burn.",
                        "HEADING 2 = = Gas = =",
                        "PARAGRAPH 0 They burn too.");
        assertThat(Outline.of(document))
                .extracting(RagDocument.Heading::text)
                .containsExactly("Clay", "Kilns", "Wood", "Gas");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "== one sign more on the left =",
                "x = y =",
                "= y",
                "== a = b ==",
                "==== 12 ====",
                "======= too many =======",
                "========",
            })
    void doesNotTakeOtherLinesWithEqualSignsForHeadings(String line) {
        ParsedDocument document = parse(("Before.\n" + line + "\nAfter.").getBytes(StandardCharsets.UTF_8));

        assertThat(document.blocks()).extracting(Block::kind).containsExactly(Block.Kind.PARAGRAPH);
    }

    @Test
    void findsHeadingsInHostileTextInLinearTime() {
        String text = ("= = = " + "= a ".repeat(20_000) + "\n" + " ".repeat(50_000) + "=\n").repeat(3) + "the end";

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "windows-1252"})
    void readsTextWithoutAByteOrderMark(String charset) {
        assertThat(parse(GERMAN.getBytes(Charset.forName(charset))).text()).isEqualTo(GERMAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void readsTextWithAByteOrderMark(String charset) {
        assertThat(parse(("\uFEFF" + RUSSIAN).getBytes(Charset.forName(charset)))
                        .text())
                .isEqualTo(RUSSIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "windows-1251", "KOI8-R"})
    void readsCyrillicTextWithoutAByteOrderMark(String charset) {
        assertThat(parse(RUSSIAN.repeat(5).getBytes(Charset.forName(charset))).text())
                .isEqualTo(RUSSIAN.repeat(5));
    }

    @Test
    void readsJapaneseText() {
        String japanese = "釉薬は陶器の表面を覆うガラス質の層です。\n\n窯の温度は千二百度に達します。\n".repeat(4);

        assertThat(parse(japanese.getBytes(Charset.forName("Shift_JIS"))).text())
                .isEqualTo(japanese);
        assertThat(parse(japanese.getBytes(StandardCharsets.UTF_16LE)).text()).isEqualTo(japanese);
    }

    @Test
    void replacesInvalidBytesAndSaysHowMany() {
        byte[] bytes = "Größe äöü ÄÖÜ ßßß ?? und ?".getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 1] = (byte) 0xFF;

        ParsedDocument document = parse(bytes);

        assertThat(document.text()).isEqualTo("Größe äöü ÄÖÜ ßßß ?? und \uFFFD");
        assertThat(document.warnings()).extracting(Warning::code).containsExactly("replaced-characters");
        assertThat(document.warnings().get(0).message()).startsWith("1 ");
    }

    @Test
    void rejectsABlankFile() {
        assertThat(rejection(" \n\t\r\n".getBytes(StandardCharsets.UTF_8)).code())
                .isEqualTo("no-text");
    }

    @Test
    void takesACarriageReturnForALineEnd() {
        assertThat(parse("a\r\nb\rc\n").text()).isEqualTo("a\nb\nc\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Größe", "Café au lait", "señor, mañana", "naïve façade"})
    void takesAFewAccentsForWindows1252(String words) {
        assertThat(parse(words.getBytes(Charset.forName("windows-1252"))).text())
                .isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shift_JIS", "EUC-JP", "UTF-16LE", "UTF-16BE"})
    void readsJapanese(String charset) {
        String words = "陶器の釉薬は焼成の温度によって色が変わります。カタカナもあります。\n".repeat(3);

        assertThat(parse(words.getBytes(Charset.forName(charset))).text()).isEqualTo(words);
    }
}
