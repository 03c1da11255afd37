package io.mivaa.batch.pipeline.parse.rtf;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RtfParserTests extends ParserContract {

    @Override
    public Parser parser() {
        return new RtfParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return "{\\rtf1\\ansi\\ansicpg1252{\\info{\\title Glazes}}\\pard Sch\\'f6ne \\b Ofen\\b0\\par Second \\u1086?paragraph\\par}"
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void writesParagraphsInTheirEncoding() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("Schöne Ofen\n\nSecond оparagraph");
        assertThat(document.metadata().title()).isEqualTo("Glazes");
    }

    @Test
    void makesHeadingsOfStylesAndOutlineLevels() {
        assertThat(
                        text(
                                "{\\stylesheet{\\s0 Normal;}{\\s3 heading 2;}{\\s7\\outlinelevel2 Kopf;}{\\*\\cs3 Strong;}{\\s9 toc 1;}}"
                                        + "\\pard\\s3 By name\\par\\pard\\s7 By level of its style\\par"
                                        + "\\pard\\outlinelevel0 By its own level\\par\\pard\\s9 Contents\\par\\pard\\s0 Words\\par"))
                .isEqualTo("## By name\n\n### By level of its style\n\n# By its own level\n\nWords");
    }

    @Test
    void makesTablesOfRowsAndCells() {
        String row =
                "\\trowd\\trhdr\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl Kiln\\cell Cone\\cell \\b Degrees\\cell\\row"
                        + "\\trowd\\clvmgf\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl North\\cell 06\\cell 999\\par or 1000\\cell\\row"
                        + "\\trowd\\clvmrg\\cellx1000\\cellx2001\\cellx3000\\pard\\intbl\\cell 9\\cell 1280\\cell\\row"
                        + "\\trowd\\cellx1000\\cellx3000 South\\cell out of order\\cell\\row\\pard";

        ParsedDocument document = parse(rtf("Before\\par " + row + " After\\par"));

        assertThat(document.text()).startsWith("Before\n\n|").endsWith("|\n\nAfter");
        assertThat(tables(document))
                .containsExactly(new Table(
                        List.of("Kiln", "Cone", "Degrees"),
                        List.of(
                                List.of("North", "06", "999 or 1000"),
                                List.of("North", "9", "1280"),
                                List.of("South", "out of order", "")),
                        null));
    }

    @Test
    void readsATableThatNothingFollowsAndOneWithoutDefinition() {
        assertThat(tables(parse(rtf("\\trowd\\cellx9\\cellx99 a\\cell b\\cell\\row\\intbl 1\\cell 2\\cell\\row"))))
                .containsExactly(new Table(List.of("a", "b"), List.of(List.of("1", "2")), null));
        assertThat(tables(parse(rtf("a\\cell b\\cell\\row 1\\cell 2"))))
                .containsExactly(new Table(List.of("a", "b"), List.of(List.of("1", "2")), null));
    }

    @Test
    void putsATableWithinACellIntoItsText() {
        assertThat(text("\\trowd\\cellx1000\\cellx2000\\pard\\intbl Kiln\\cell Cones\\cell\\row"
                        + "\\trowd\\cellx1000\\cellx2000\\pard\\intbl North\\cell"
                        + "\\pard\\intbl\\itap2 low\\nestcell 06\\nestcell{\\*\\nesttableprops\\trowd\\cellx5\\nestrow}{\\nonesttables\\par }"
                        + "\\pard\\intbl and so on\\cell\\row"))
                .isEqualTo("| Kiln | Cones |\n| --- | --- |\n| North | low 06 and so on |");
    }

    @Test
    void makesListsOfTheMarkersThatItsWriterLeftForReadersWithoutLists() {
        assertThat(text(
                        "\\pard\\ls1\\ilvl0{\\listtext\\f1\\'b7\\tab}one\\par\\pard\\ls1\\ilvl1{\\listtext o\\tab}inner\\par"
                                + "\\pard\\ls2\\ilvl0{\\listtext 3.\\tab}three\\par\\pard\\ls2 more of it\\par"
                                + "\\pard{\\pntext b)\\tab}old\\par"))
                .isEqualTo("- one\n  - inner\n3. three\n\nmore of it\n\n- b) old");
        assertThat(text("\\pard\\ls1\\ilvl0 one\\par\\pard\\ls1\\ilvl1 inner\\par"))
                .isEqualTo("- one\n  - inner");
    }

    @Test
    void makesListsOfTypedMarkersThatHangInTheMargin() {
        assertThat(text("{\\pard\\li360\\fi-360\\bullet\\tab one\\par}{\\pard\\li720\\fi-360\\endash\\tab inner\\par}"
                        + "{\\pard\\li360\\fi-360 2.\\tab two\\par}{\\pard\\li360 3.\\tab none\\par}"))
                .isEqualTo("- one\n  - inner\n2. two\n\n3. none");
    }

    @Test
    void readsLinksNotesAndBoxesAndLeavesOutWhatIsNotShown() {
        assertThat(
                        text(
                                "{\\header Page}{\\field{\\*\\fldinst TOC \\\\o}{\\fldrslt Glazes 1\\par}}"
                                        + "The {\\field{\\*\\fldinst{HYPERLINK \"https://example.org/guild\"}}{\\fldrslt{\\ul guild}}}{\\*\\footnote Mondays.}"
                                        + " meets{\\v  in secret}{\\deleted  now}{\\*\\shppict{\\pict 00ff}}.{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt A box\\par}}}\\par"))
                .isEqualTo("The [guild](https://example.org/guild)[1] meets.\n\nA box\n\n[1] Mondays.");
    }

    @Test
    void decodesBytesByTheirFontAndPassesOverWhatStandsForUnicode() {
        assertThat(
                        text(
                                "{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}{\\f2\\fcharset128 C;}}"
                                        + "{\\f1 \\'cf\\'e5\\'f7\\'fc} {\\f2 \\'97\\'71}\\plain  caf\\'e9 \\uc2\\u8211 ??\\uc1 \\u-10179?\\u-8637?\\bin3 }}} end\\par"))
                .isEqualTo("Печь 窯 café –\uD83D\uDE43 end");
    }

    @Test
    void tellsItsMetadata() {
        ParsedDocument document = parse(
                rtf("{\\info{\\title Kilns}{\\author A. Potter}{\\creatim\\yr2024\\mo1\\dy2\\hr3\\min4}}Words\\par"));

        assertThat(document.metadata().author()).isEqualTo("A. Potter");
        assertThat(document.metadata().createdAt()).isEqualTo("2024-01-02T03:04:00Z");
    }

    private String text(String content) {
        ParsedDocument document = parse(rtf(content));
        check(document);
        return document.text();
    }

    private static byte[] rtf(String content) {
        return ("{\\rtf1\\ansi\\ansicpg1252\\deff0" + content + "}").getBytes(StandardCharsets.ISO_8859_1);
    }
}
