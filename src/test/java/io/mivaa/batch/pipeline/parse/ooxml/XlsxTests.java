package io.mivaa.batch.pipeline.parse.ooxml;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class XlsxTests extends ParserContract {

    @Override
    public Parser parser() {
        return new OoxmlParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
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

    @Test
    void leavesOutHiddenSheetsRowsAndColumnsAndSaysSo() {
        String rows = row(1, text("A1", "Item") + text("B1", "Margin") + text("C1", "Cost"))
                + "<row r='2' hidden='1'>" + text("A2", "Secret") + number("C2", "7", 0) + "</row>"
                + row(3, text("A3", "Clay") + number("B3", "90", 0) + number("C3", "5", 0))
                + "<row r='4' hidden='true'/>"
                + row(5, text("A5", "Glaze") + number("B5", "80", 0) + number("C5", "6", 0));
        byte[] workbook = workbook("<col min='2' max='2' hidden='1'/>", rows, "", "veryHidden");

        ParsedDocument document = parse(workbook);

        assertThat(document.text())
                .isEqualTo("# Prices\n\n| Item | Cost |\n| --- | --- |\n| Clay | 5 |\n| Glaze | 6 |");
        assertThat(document.warnings())
                .containsExactly(
                        new Warning("hidden-content", "Left out: 1 hidden sheet, 1 hidden row, 1 hidden column."));
    }

    @Test
    void keepsWhatIsFilteredOutOrFoldedAway() {
        String rows = row(1, text("A1", "Item") + text("B1", "Cost"))
                + "<row r='2' hidden='1'>" + text("A2", "Clay") + number("B2", "5", 0) + "</row>"
                + row(3, text("A3", "Glaze") + number("B3", "6", 0))
                + "<row r='4' hidden='1' outlineLevel='1'>" + text("A4", "Wax") + number("B4", "7", 0) + "</row>";
        String filter = "<autoFilter ref='A1:B3'><filterColumn colId='0'/></autoFilter>";
        String folded = "<col min='2' max='2' hidden='1' outlineLevel='1'/>";

        for (byte[] workbook : List.of(
                workbook(folded, rows, filter, "visible"),
                workbook(folded, rows, "", "visible", "<table>" + filter + "</table>"))) {
            assertThat(tables(parse(workbook)).get(0).rows())
                    .containsExactly(List.of("Clay", "5"), List.of("Glaze", "6"), List.of("Wax", "7"));
            assertThat(parse(workbook).warnings()).isEmpty();
        }
        assertThat(tables(parse(workbook(folded, rows, filter.replace("<filterColumn colId='0'/>", ""), "visible")))
                        .get(0)
                        .rows())
                .as("hidden by hand")
                .doesNotContain(List.of("Clay", "5"));
    }

    @Test
    void saysThatAllOfItsTextIsHidden() {
        Rejected rejected =
                rejection(workbook("", "<row r='1' hidden='1'>" + text("A1", "x") + "</row>", "", "hidden"));

        assertThat(rejected.code()).isEqualTo("no-text");
        assertThat(rejected.getMessage()).contains("1 hidden sheet, 1 hidden row");
    }

    private static byte[] workbook(String rows) {
        return workbook(rows, "");
    }

    private static byte[] workbook(String rows, String after) {
        return workbook("", rows, after, "visible");
    }

    private static byte[] workbook(String columns, String rows, String after, String stateOfTheSecond) {
        return workbook(columns, rows, after, stateOfTheSecond, "<table/>");
    }

    private static byte[] workbook(
            String columns, String rows, String after, String stateOfTheSecond, String tableOfTheFirst) {
        return ZipSketch.ooxml("xl/workbook.xml")
                .with(
                        "xl/workbook.xml",
                        "<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='Prices' sheetId='1' r:id='rId1'/>"
                                + "<sheet name='Empty' sheetId='2' state='" + stateOfTheSecond
                                + "' r:id='rId2'/><sheet name='Gone' r:id='rId8'/></sheets></workbook>")
                .related("rId1", "worksheet", "worksheets/sheet1.xml")
                .related("rId2", "worksheet", "/xl/worksheets/sheet2.xml")
                .related("rId3", "sharedStrings", "sharedStrings.xml")
                .related("rId4", "styles", "styles.xml")
                .relations("xl/_rels/workbook.xml.rels")
                .with(
                        "xl/worksheets/sheet1.xml",
                        "<worksheet><cols>" + columns + "</cols><sheetData>" + rows + "</sheetData>" + after
                                + "</worksheet>")
                .related("rId1", "table", "../tables/table1.xml")
                .relations("xl/worksheets/_rels/sheet1.xml.rels")
                .with("xl/tables/table1.xml", tableOfTheFirst)
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
