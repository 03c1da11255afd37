package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Table;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XlsxTests extends ParserContract {

    @Override
    Parser parser() {
        return new OoxmlParser(ZipSketch.SETTINGS);
    }

    @Override
    byte[] sample() {
        return workbook(row(1, text("A1", "Kilns of the workshop"))
                + row(3, text("A3", "Kiln") + text("B3", "Since"))
                + row(4, text("A4", "North") + number("B4", "45292", 1))
                + row(5, text("A5", "South") + number("B5", "0.5", 2)));
    }

    @Test
    void writesEachSheetAsHeadingLinesAndTable() {
        assertThat(parse(sample()).text()).isEqualTo("""
                # Prices

                Kilns of the workshop

                | Kiln | Since |
                | --- | --- |
                | North | 2024-01-01 |
                | South | 50% |""");
    }

    @Test
    void readsSharedInlineComputedAndBooleanCells() {
        String rows = row(1, "<c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>9</v></c>")
                + row(2, "<c t='b'><v>1</v></c><c t='str'><f>A1</f><v>sum</v></c><c t='e'><v>#N/A</v></c>");

        assertThat(tables(parse(workbook(rows))))
                .containsExactly(
                        new Table(List.of("First", "Second", ""), List.of(List.of("TRUE", "sum", "#N/A")), null));
    }

    @ParameterizedTest
    @CsvSource({"1234.5,3,'1,234.50'", "7,0,7", "1e3,0,1000", "45292.75,1,2024-01-01 18:00", "0.25,1,06:00", "n/a,0,n/a"
    })
    void showsNumbersAsTheirFormatsDo(String value, int style, String shown) {
        String rows =
                row(1, text("A1", "Item") + text("B1", "Value")) + row(2, text("A2", "x") + number("B2", value, style));

        assertThat(tables(parse(workbook(rows))).get(0).rows()).containsExactly(List.of("x", shown));
    }

    @Test
    void goesOnWithATableAfterABlankRowUnlessItHasAHeadOfItsOwn() {
        String rows = row(1, text("A1", "Item") + text("B1", "Cost"))
                + row(3, text("A3", "Clay") + number("B3", "5", 0))
                + row(5, text("A5", "Name") + text("B5", "Age"))
                + row(6, text("A6", "Ann") + number("B6", "40", 0))
                + row(7, text("A7", "A note below"));

        assertThat(parse(workbook(rows)).text()).isEqualTo("""
                # Prices

                | Item | Cost |
                | --- | --- |
                | Clay | 5 |

                | Name | Age |
                | --- | --- |
                | Ann | 40 |

                A note below""");
    }

    @Test
    void spreadsMergedCells() {
        String rows = row(1, text("B1", "Year"))
                + row(2, text("A2", "Item") + text("B2", "old") + text("C2", "new"))
                + row(3, text("A3", "Clay") + number("B3", "1", 0) + number("C3", "2", 0))
                + row(4, number("B4", "3", 0) + number("C4", "4", 0));
        // a line alone above a table is text, so the head begins in a row with two cells
        String headed = rows.replace("<row r='1'>", "<row r='1'>" + text("A1", "What"));
        String merged =
                "<mergeCells><mergeCell ref='B1:C1'/><mergeCell ref='A3:A4'/><mergeCell ref='bad'/></mergeCells>";

        assertThat(tables(parse(workbook(headed, merged))))
                .containsExactly(new Table(
                        List.of("What Item", "Year old", "Year new"),
                        List.of(List.of("Clay", "1", "2"), List.of("Clay", "3", "4")),
                        null));
    }

    @Test
    void rejectsCellsOutsideOfASheetAndTooMany() {
        assertThat(rejection(workbook(row(1, text("ZZZZ1", "x")))).code()).isEqualTo("damaged-document");
        StringBuilder wide = new StringBuilder();
        for (int i = 1; i < 20; i++) {
            wide.append(row(i, text("XFD" + i, "x")));
        }
        assertThat(rejection(workbook(wide.toString())).code()).isEqualTo("too-many-cells");
    }

    @Test
    void keepsTheOrderOfSheetsAndLeavesOutEmptyOnes() {
        ParsedDocument document = parse(workbook(row(1, text("A1", "only line"))));

        assertThat(document.text()).isEqualTo("# Prices\n\nonly line");
        assertThat(rejection(workbook("")).code()).isEqualTo("no-text");
    }

    private static byte[] workbook(String rows) {
        return workbook(rows, "");
    }

    private static byte[] workbook(String rows, String after) {
        return ZipSketch.ooxml("xl/workbook.xml")
                .with(
                        "xl/workbook.xml",
                        "<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='Prices' sheetId='1' r:id='rId1'/>"
                                + "<sheet name='Empty' sheetId='2' r:id='rId2'/><sheet name='Gone' r:id='rId8'/></sheets></workbook>")
                .related("rId1", "worksheet", "worksheets/sheet1.xml")
                .related("rId2", "worksheet", "/xl/worksheets/sheet2.xml")
                .related("rId3", "sharedStrings", "sharedStrings.xml")
                .related("rId4", "styles", "styles.xml")
                .relations("xl/_rels/workbook.xml.rels")
                .with(
                        "xl/worksheets/sheet1.xml",
                        "<worksheet><sheetData>" + rows + "</sheetData>" + after + "</worksheet>")
                .with("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>")
                .with(
                        "xl/sharedStrings.xml",
                        "<sst><si><r><t>Fir</t></r><r><t>st</t></r><rPh><t>x</t></rPh></si><si><t>Second</t></si></sst>")
                .with(
                        "xl/styles.xml",
                        "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='#,##0.00'/></numFmts>"
                                + "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
                                + "<xf numFmtId='14'/><xf numFmtId='9'/><xf numFmtId='164'/></cellXfs></styleSheet>")
                .bytes();
    }

    private static String row(int number, String cells) {
        return "<row r='" + number + "'>" + cells + "</row>";
    }

    private static String text(String reference, String text) {
        return "<c r='" + reference + "' t='inlineStr'><is><t>" + text + "</t></is></c>";
    }

    private static String number(String reference, String value, int style) {
        return "<c r='" + reference + "' s='" + style + "'><v>" + value + "</v></c>";
    }
}
