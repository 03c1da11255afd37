package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a PDF, drawn with lines and without. */
class PdfTableTests {

    private static final float[] XS = {72, 172, 272, 372};

    @TempDir
    private Path folder;

    @Test
    void readsATableOfLinesWithItsHeader() {
        List<Table> tables = tables(new PdfSketch()
                .page()
                .lines(72, 60, "Glazes are bought by weight, and what they cost is in the table below here.")
                .grid(XS, 100, 120, 140, 160)
                .cells(
                        XS,
                        100,
                        20,
                        row("Glaze", "Colour", "Price"),
                        row("Tin", "white", "12.50"),
                        row("Lead", "clear", "9")));

        assertThat(tables)
                .containsExactly(new Table(
                        List.of("Glaze", "Colour", "Price"),
                        List.of(List.of("Tin", "white", "12.50"), List.of("Lead", "clear", "9")),
                        null));
    }

    @Test
    void joinsTheLinesOfACell() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .grid(XS, 100, 120, 160, 180)
                .cells(XS, 100, 20, row("Glaze", "Used for", "Price"), row("Tin", "bowls and", "high"))
                .cells(XS, 140, 20, row("", "their lids", ""), row("Lead", "nothing", "low"));

        assertThat(tables(sketch).get(0).rows())
                .containsExactly(List.of("Tin", "bowls and their lids", "high"), List.of("Lead", "nothing", "low"));
    }

    @Test
    void repeatsACellThatSpansSeveralInEachOfThem() {
        PdfSketch sketch = new PdfSketch().page();
        sketch.line(72, 100, 372, 100).line(172, 120, 372, 120).line(72, 140, 372, 140);
        sketch.line(72, 160, 372, 160).line(72, 180, 372, 180);
        sketch.line(72, 100, 72, 180)
                .line(172, 100, 172, 180)
                .line(272, 120, 272, 180)
                .line(372, 100, 372, 180);
        sketch.cells(XS, 100, 20, row("Year", "Fired at", ""), row("", "first", "second"));
        sketch.cells(XS, 140, 20, row("1901", "900", "1100"), row("1902", "950", "1150"));

        assertThat(tables(sketch))
                .containsExactly(new Table(
                        List.of("Year", "Fired at first", "Fired at second"),
                        List.of(List.of("1901", "900", "1100"), List.of("1902", "950", "1150")),
                        null));
    }

    @Test
    void partsRowsOfNumbersThatHaveNoLineBetweenThem() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .grid(XS, 100, 120, 160)
                .cells(XS, 100, 20, row("Kiln", "Heat", "Hours"), row("", "900", "12"), row("", "950", "14"))
                .cells(XS, 130, 20, row("old", "", ""));

        assertThat(tables(sketch).get(0).rows())
                .containsExactly(List.of("old", "900", "12"), List.of("old", "950", "14"));
    }

    @Test
    void readsATableWhoseLinesAreThinRectanglesAndWhoseSidesAreOpen() {
        PdfSketch sketch = new PdfSketch().page();
        for (float y : new float[] {100, 120, 140, 160}) {
            sketch.bar(72, y, 300, 0.6f);
        }
        sketch.bar(172, 160, 0.6f, 60).bar(272, 160, 0.6f, 60);
        sketch.cells(
                XS, 100, 20, row("Glaze", "Colour", "Price"), row("Tin", "white", "12"), row("Lead", "clear", "9"));

        assertThat(tables(sketch).get(0).headers()).containsExactly("Glaze", "Colour", "Price");
    }

    @Test
    void takesTextThatRunsUpwardsForAHeadLikeTheOthers() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .grid(XS, 100, 180, 200, 220)
                .cells(XS, 100, 20, row("Glaze"))
                .upwards(192, 175, "Tin content")
                .upwards(292, 175, "Lead content")
                .cells(XS, 180, 20, row("white", "yes", "no"), row("clear", "no", "yes"));

        assertThat(tables(sketch).get(0).headers()).containsExactly("Glaze", "Tin content", "Lead content");
    }

    @Test
    void takesTheCaptionThatStandsAboveOrBelow() {
        PdfSketch above = new PdfSketch()
                .page()
                .lines(72, 90, "Table 1. What glazes cost")
                .grid(XS, 100, 120, 140)
                .cells(XS, 100, 20, row("Glaze", "Colour", "Price"), row("Tin", "white", "12"));
        PdfSketch below = new PdfSketch()
                .page()
                .grid(XS, 100, 120, 140)
                .cells(XS, 100, 20, row("Glaze", "Colour", "Price"), row("Tin", "white", "12"))
                .lines(72, 165, "Table 2: What they cost later");

        assertThat(tables(above).get(0).caption()).isEqualTo("Table 1. What glazes cost");
        assertThat(tables(below).get(0).caption()).isEqualTo("Table 2: What they cost later");
    }

    @Test
    void putsATableWhereItStandsThoughTheFileHasItLast() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 60, "What stands above the table is a sentence that has an end.")
                .lines(72, 300, "What stands below the table is another one of that kind.")
                .grid(XS, 100, 120, 140)
                .cells(XS, 100, 20, row("Glaze", "Colour", "Price"), row("Tin", "white", "12")));

        assertThat(document.blocks())
                .extracting(Block::kind)
                .containsExactly(Block.Kind.PARAGRAPH, Block.Kind.TABLE, Block.Kind.PARAGRAPH);
    }

    @Test
    void takesTheCaptionAlongThoughTheFileHasBothLast() {
        String text = parse(new PdfSketch()
                        .page()
                        .lines(72, 220, "The frost breaks the clay up, and in spring it is dug over once more.")
                        .lines(72, 100, "Table 2-1. What is bought (Continued)")
                        .grid(XS, 110, 130, 150, 170)
                        .cells(
                                XS,
                                110,
                                20,
                                row("Glaze", "Colour", "Price"),
                                row("Tin", "white", "12.50"),
                                row("Lead", "clear", "9")))
                .text();

        assertThat(text).startsWith("Table 2-1. What is bought (Continued)").endsWith("dug over once more.");
    }

    @Test
    void readsColumnsOfNumbersThatHaveNoLines() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .cells(
                        XS,
                        100,
                        14,
                        row("Year", "Bowls", "Plates"),
                        row("1901", "1,200", "30%"),
                        row("1902", "1,350", "28%"),
                        row("1903", "990", "31%"));

        assertThat(tables(sketch))
                .containsExactly(new Table(
                        List.of("Year", "Bowls", "Plates"),
                        List.of(
                                List.of("1901", "1,200", "30%"),
                                List.of("1902", "1,350", "28%"),
                                List.of("1903", "990", "31%")),
                        null));
    }

    @Test
    void readsColumnsOfWordsWhereLinesStandAboveAndBelow() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .line(72, 98, 372, 98)
                .line(72, 116, 372, 116)
                .line(72, 160, 372, 160)
                .cells(
                        XS,
                        100,
                        14,
                        row("Glaze", "Colour", "Use"),
                        row("Tin", "white", "bowls"),
                        row("Lead", "clear", "none"),
                        row("Salt", "grey", "jugs"));

        assertThat(tables(sketch).get(0).rows()).hasSize(3);
    }

    @Test
    void readsColumnsOfWordsUnderAHeadInBoldType() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .heading(75, 112, 10, "Glaze")
                .heading(275, 112, 10, "Where to get it")
                .cells(
                        new float[] {72, 272},
                        114,
                        14,
                        row("Tin", "from the shop"),
                        row("Lead", "nowhere any more"),
                        row("Salt", "from the kitchen"));

        Table table = tables(sketch).get(0);
        assertThat(table.headers()).containsExactly("Glaze", "Where to get it");
        assertThat(table.rows()).hasSize(3);
    }

    /** As papers in two columns have them: the file has the left column first, and rows meet only by chance. */
    @Test
    void readsATableBesideAColumnOfProse() {
        PdfSketch sketch = new PdfSketch().page();
        String[] prose = new String[24];
        Arrays.fill(prose, "Clay that is dug in autumn is left to");
        sketch.lines(72, 100, prose);
        sketch.lines(320, 226, "the winter, and the frost breaks it up.", "Wet clay is wedged by hand until no air");
        sketch.lines(
                320, 250, "is left in it, and then it is kept in a box", "that closes well, or it dries from outside");
        sketch.line(320, 100, 520, 100).line(320, 118, 520, 118).line(320, 160, 520, 160);
        sketch.lines(360, 112, "Top-1").lines(394, 112, "Top-5").lines(428, 112, "Top-20");
        float[] columns = {320, 360, 394, 428};
        sketch.cells(columns, 118, 14, row("Gold", "44.9", "66.8", "78.1"), row("Sup.", "43.9", "65.3", "77.1"));
        sketch.lines(320, 178, "Table 5:").lines(380, 178, "Shares that").lines(460, 178, "were found");

        assertThat(tables(sketch))
                .containsExactly(new Table(
                        List.of("", "Top-1", "Top-5", "Top-20"),
                        List.of(List.of("Gold", "44.9", "66.8", "78.1"), List.of("Sup.", "43.9", "65.3", "77.1")),
                        "Table 5: Shares that were found"));
    }

    @Test
    void saysAHeadOverSeveralColumnsInEachOfThem() {
        PdfSketch sketch = new PdfSketch().page();
        sketch.line(72, 100, 372, 100).line(72, 132, 372, 132).line(72, 190, 372, 190);
        float[] columns = {72, 140, 180, 220, 260};
        sketch.lines(75, 112, "Loss").lines(196, 112, "Retrieval Accuracy");
        sketch.cells(columns, 113, 13, row("", "Top-1", "Top-5", "Top-20", "Top-50"));
        sketch.cells(
                columns,
                133,
                13,
                row("NLL", "44.9", "66.8", "78.1", "85.0"),
                row("Triplet", "41.6", "65.0", "77.2", "84.5"),
                row("Margin", "43.5", "64.7", "76.1", "83.1"),
                row("None", "42.2", "66.0", "78.1", "84.9"));

        Table table = tables(sketch).get(0);

        assertThat(table.headers())
                .containsExactly(
                        "Loss",
                        "Top-1",
                        "Retrieval Accuracy Top-5",
                        "Retrieval Accuracy Top-20",
                        "Retrieval Accuracy Top-50");
        assertThat(table.rows()).hasSize(4).contains(List.of("Triplet", "41.6", "65.0", "77.2", "84.5"));
    }

    @Test
    void leavesATableAsWideAsBothColumnsWhole() {
        PdfSketch sketch = new PdfSketch().page();
        float[] columns = {72, 150, 230, 330, 410, 480};
        sketch.cells(
                columns,
                60,
                14,
                row("1901", "12.5", "13.5", "14.5", "15.5", "16.5"),
                row("1902", "22.5", "23.5", "24.5", "25.5", "26.5"),
                row("1903", "32.5", "33.5", "34.5", "35.5", "36.5"),
                row("1904", "42.5", "43.5", "44.5", "45.5", "46.5"),
                row("1905", "52.5", "53.5", "54.5", "55.5", "56.5"));
        String[] prose = new String[24];
        Arrays.fill(prose, "Clay that is dug in autumn is left to freeze");
        sketch.lines(72, 180, prose).lines(320, 180, prose);

        List<Table> tables = tables(sketch);

        assertThat(tables).hasSize(1);
        assertThat(tables.get(0).rows()).contains(List.of("1905", "52.5", "53.5", "54.5", "55.5", "56.5"));
    }

    @Test
    void takesNoTableForColumnsOfProse() {
        PdfSketch sketch = new PdfSketch().page();
        for (int i = 0; i < 8; i++) {
            sketch.lines(72, 100 + 12 * i, "this column of the page is of prose and fills it");
            sketch.lines(330, 100 + 12 * i, "and so does the other column which stands beside");
        }

        assertThat(tables(sketch)).isEmpty();
    }

    @Test
    void takesNoTableForATableOfContents() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .cells(
                        new float[] {72, 372},
                        100,
                        14,
                        row("Clay and sand", "3"),
                        row("Firing of tiles", "12"),
                        row("Glazes of all kinds", "40"),
                        row("What to do later", "41"),
                        row("Index of words", "90"));

        assertThat(tables(sketch)).isEmpty();
    }

    @Test
    void takesNoTableForTheBoxesOfADrawing() {
        PdfSketch sketch = new PdfSketch().page();
        sketch.grid(new float[] {72, 172, 272}, 100, 140, 180);
        sketch.grid(new float[] {272, 372, 472}, 140, 220, 300);
        sketch.lines(80, 120, "Start").lines(380, 260, "End");

        assertThat(tables(sketch)).isEmpty();
        assertThat(parse(sketch()).text()).contains("Start");
    }

    @Test
    void takesNoTableForTheAxesOfAChart() {
        PdfSketch sketch = new PdfSketch().page();
        sketch.line(72, 300, 372, 300).line(222, 100, 222, 500);
        for (int tick = 1; tick < 5; tick++) {
            sketch.line(222 + 30 * tick, 296, 222 + 30 * tick, 304).line(218, 300 - 40 * tick, 226, 300 - 40 * tick);
            sketch.lines(100 + 20 * tick, 200, "p" + tick).lines(230 + 25 * tick, 200, "q" + tick);
            sketch.lines(100 + 20 * tick, 400, "r" + tick).lines(230 + 25 * tick, 400, "s" + tick);
        }

        assertThat(tables(sketch)).isEmpty();
    }

    @Test
    void takesNoTableForBoxesWhoseWordsStandAtDifferentHeights() {
        PdfSketch sketch = new PdfSketch().page().grid(XS, 100, 160, 220);
        sketch.lines(80, 112, "Read").lines(180, 132, "Check").lines(280, 152, "Write");
        sketch.lines(80, 190, "Queue").lines(180, 212, "Judge").lines(280, 172, "Store");

        assertThat(tables(sketch)).isEmpty();
    }

    @Test
    void takesWordsInTheMiddleOfTheirCellsBesideLongerOnesForATable() {
        float[] xs = {72, 172, 272};
        PdfSketch sketch = new PdfSketch().page().grid(xs, 100, 120, 160, 200);
        sketch.cells(xs, 100, 20, row("Glaze", "Use"));
        sketch.lines(75, 143, "Tin").lines(175, 137, "bowls and", "plates");
        sketch.lines(75, 177, "Lead or", "salt").lines(175, 183, "none");

        assertThat(tables(sketch).get(0).rows())
                .containsExactly(List.of("Tin", "bowls and plates"), List.of("Lead or salt", "none"));
    }

    private static PdfSketch ofNumbers() {
        return new PdfSketch()
                .page()
                .cells(
                        XS,
                        100,
                        20,
                        row("Year", "Bowls", "Plates"),
                        row("1901", "1,200", "30%"),
                        row("1902", "1,350", "28%"),
                        row("1903", "990", "31%"));
    }

    @Test
    void takesNoTableForWordsBetweenArrows() {
        assertThat(tables(ofNumbers())).hasSize(1);
        assertThat(tables(ofNumbers().line(100, 126, 170, 168))).isEmpty();
    }

    @Test
    void takesNoTableForWordsBetweenPiecesOfBoxes() {
        PdfSketch sketch = ofNumbers().line(150, 120, 150, 140).line(250, 140, 250, 160);

        assertThat(tables(sketch)).isEmpty();
    }

    @Test
    void takesLinesBetweenColumnsThatHaveGapsForThoseOfATable() {
        PdfSketch sketch = ofNumbers();
        for (int row = 0; row < 4; row++) {
            sketch.line(150, 102 + 20 * row, 150, 118 + 20 * row).line(250, 102 + 20 * row, 250, 118 + 20 * row);
        }

        assertThat(tables(sketch)).hasSize(1);
    }

    @Test
    void takesTheLastLineOfTheLastCellToItsTable() {
        PdfSketch sketch = ofNumbers().cells(new float[] {172}, 180, 20, row("1,400 or even"));
        sketch.cells(new float[] {72, 272}, 180, 20, row("1904", "12%")).lines(175, 204, "some more");
        sketch.lines(75, 216, "Prose that follows is none of it.");

        ParsedDocument document = parse(sketch);

        assertThat(rows(document).get(3)).containsExactly("1904", "1,400 or even some more", "12%");
        assertThat(document.text()).endsWith("Prose that follows is none of it.");
    }

    @Test
    void leavesWhatStandsCloseBelowTheFirstColumnOutOfTheTable() {
        ParsedDocument document = parse(ofNumbers().lines(75, 184, "of 1904"));

        assertThat(rows(document).get(2)).containsExactly("1903", "990", "31%");
        assertThat(document.text()).endsWith("of 1904");
    }

    private static PdfSketch sketch() {
        return new PdfSketch().page().grid(XS, 100, 120).lines(80, 112, "Start");
    }

    @Test
    void takesNoTableForParagraphsInABox() {
        PdfSketch sketch = new PdfSketch().page().grid(new float[] {60, 300, 560}, 90, 300, 400);
        for (int i = 0; i < 12; i++) {
            sketch.lines(72, 110 + 12 * i, "this box of the page holds prose and fills it");
            sketch.lines(310, 110 + 12 * i, "and so does the other box of it beside this one");
        }

        assertThat(tables(sketch)).isEmpty();
    }

    private static String[] row(String... cells) {
        return cells;
    }

    private static List<List<String>> rows(ParsedDocument document) {
        return tables(document).get(0).rows();
    }

    private List<Table> tables(PdfSketch sketch) {
        return tables(parse(sketch));
    }

    private static List<Table> tables(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.TABLE)
                .map(block -> Objects.requireNonNull(block.table()))
                .toList();
    }

    private ParsedDocument parse(PdfSketch sketch) {
        return sketch.parsed(folder);
    }
}
