package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a PDF that go on over the end of a page or column, and what only looks like one. */
class PdfContinuedTests {

    private static final float[] XS = {72, 172, 272, 372};

    /** The same, on a page with another margin. */
    private static final float[] SHIFTED = {90, 190, 290, 390};

    private static final String[] HEAD = {"Glaze", "Colour", "Price"};
    private static final String[] TIN = {"Tin", "white", "12.50"};
    private static final String[] LEAD = {"Lead", "clear", "9"};
    private static final String[] SALT = {"Salt", "grey", "3"};
    private static final String[] ASH = {"Ash", "green", "4"};

    @TempDir
    private Path folder;

    @Test
    void joinsATableOverPagesAndDropsTheHeadThatIsRepeated() {
        PdfSketch sketch = new PdfSketch();
        String[][][] parts = {{HEAD, TIN, LEAD}, {HEAD, SALT}, {HEAD, ASH}};
        for (int page = 0; page < 3; page++) {
            float[] xs = page == 1 ? SHIFTED : XS;
            sketch.page().lines(72, 40, "Of glazes and clays " + (page + 7)).table(xs, 100, parts[page]);
        }
        sketch.lines(72, 300, "What stands below the table is a sentence.");

        ParsedDocument document = sketch.parsed(folder);

        assertThat(document.blocks()).extracting(Block::kind).containsExactly(Block.Kind.TABLE, Block.Kind.PARAGRAPH);
        assertThat(document.blocks().get(0).pages()).isEqualTo(new PageRange(1, 3));
        assertThat(tables(document)).containsExactly(table(null, TIN, LEAD, SALT, ASH));
        assertThat(document.text()).containsOnlyOnce("Glaze").doesNotContain("Of glazes");
        assertThat(uncovered(document)).isBlank();
    }

    @Test
    void joinsATableAtTheFootOfAPageWithRowsAtTheTopOfTheNext() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, SALT, row("Wood", "brown", "few"));

        assertThat(tables(sketch)).containsExactly(table(null, TIN, LEAD, SALT, row("Wood", "brown", "few")));
    }

    @Test
    void takesAFirstRowOfWordsForOneWhenItGoesOnAtTheTop() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, row("Wood", "brown", "few"), SALT);

        assertThat(tables(sketch)).containsExactly(table(null, TIN, LEAD, row("Wood", "brown", "few"), SALT));
    }

    @Test
    void leavesTablesApartThatTheAuthorHasParted() {
        PdfSketch inTheMiddle = new PdfSketch();
        inTheMiddle.page().table(XS, 200, HEAD, TIN, LEAD).page().table(XS, 60, SALT, ASH);
        PdfSketch farBelow = new PdfSketch();
        farBelow.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 400, SALT, ASH);
        PdfSketch withProse = new PdfSketch();
        withProse.page().table(XS, 660, HEAD, TIN, LEAD);
        withProse
                .page()
                .lines(72, 50, "Other glazes than those are bought elsewhere.")
                .table(XS, 100, HEAD, SALT);
        PdfSketch pageBetween = new PdfSketch();
        pageBetween.page().table(XS, 660, HEAD, TIN).page().page().table(XS, 60, HEAD, SALT);

        assertThat(tables(inTheMiddle)).hasSize(2);
        assertThat(tables(farBelow)).hasSize(2);
        assertThat(tables(withProse)).hasSize(2);
        assertThat(tables(pageBetween)).hasSize(2);
    }

    @Test
    void leavesTablesWithOtherColumnsApart() {
        PdfSketch fewer = new PdfSketch();
        fewer.page()
                .table(XS, 660, HEAD, TIN, LEAD)
                .page()
                .table(new float[] {72, 172, 372}, 60, row("Salt", "3"), ASH);
        PdfSketch elsewhere = new PdfSketch();
        elsewhere.page().table(XS, 660, HEAD, TIN, LEAD);
        elsewhere.page().table(new float[] {72, 192, 292, 372}, 60, SALT, ASH);
        PdfSketch crossing = new PdfSketch();
        crossing.page().table(XS, 660, HEAD, TIN, LEAD);
        crossing.page().table(new float[] {72, 112, 372, 412}, 60, HEAD, ASH);

        assertThat(tables(fewer)).hasSize(2);
        assertThat(tables(elsewhere)).hasSize(2);
        assertThat(tables(crossing)).hasSize(2);
    }

    @Test
    void leavesATableWithAHeadOfItsOwnApart() {
        PdfSketch bold = new PdfSketch();
        bold.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, row("", "", ""), row("Wood", "brown", "5"));
        bold.heading(75, 72, 10, "Clay").heading(175, 72, 10, "Fired").heading(275, 72, 10, "Weight");
        PdfSketch alike = new PdfSketch();
        alike.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, row("Glaze", "Heat", "Use"), SALT);

        assertThat(tables(bold)).hasSize(2);
        assertThat(tables(alike)).hasSize(2);
    }

    @Test
    void joinsWhatItsCaptionSaysIsContinuedThoughAFootnoteStandsBetween() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().lines(72, 90, "Table 3. What glazes cost").table(XS, 100, HEAD, TIN, LEAD);
        sketch.lines(72, 700, "1 Prices are those of the shop.");
        sketch.page().lines(72, 50, "Table 3. What glazes cost (Continued)").table(XS, 60, HEAD, SALT, ASH);

        ParsedDocument document = sketch.parsed(folder);

        assertThat(tables(document)).containsExactly(table("Table 3. What glazes cost", TIN, LEAD, SALT, ASH));
        assertThat(document.blocks().get(0).pages()).isEqualTo(new PageRange(1, 2));
        assertThat(document.text()).doesNotContain("ontinued").contains("1 Prices are those");
    }

    @Test
    void goesByTheNumbersOfCaptions() {
        PdfSketch other = new PdfSketch();
        other.page().lines(72, 650, "Table 3. What glazes cost").table(XS, 660, HEAD, TIN, LEAD);
        other.page().lines(72, 50, "Table 4. What they cost later").table(XS, 60, HEAD, SALT, ASH);
        PdfSketch otherContinued = new PdfSketch();
        otherContinued.page().lines(72, 650, "Table 3. What glazes cost").table(XS, 660, HEAD, TIN, LEAD);
        otherContinued.page().lines(72, 50, "Table 4 (continued)").table(XS, 60, HEAD, SALT, ASH);
        PdfSketch again = new PdfSketch();
        again.page().lines(72, 650, "Table 3. What glazes cost").table(XS, 660, HEAD, TIN, LEAD);
        again.page().lines(72, 50, "Table 3. What glazes cost").table(XS, 60, HEAD, SALT, ASH);

        assertThat(tables(other)).hasSize(2);
        assertThat(tables(otherContinued)).hasSize(2);
        assertThat(tables(again)).containsExactly(table("Table 3. What glazes cost", TIN, LEAD, SALT, ASH));
    }

    @Test
    void takesTheCaptionThatStandsBelowTheLastPart() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, HEAD, SALT, ASH);
        sketch.lines(72, 125, "Table 3: What glazes cost");

        assertThat(tables(sketch)).containsExactly(table("Table 3: What glazes cost", TIN, LEAD, SALT, ASH));
    }

    @Test
    void keepsACaptionThatOnlyTheSecondPartHas() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, HEAD, TIN, LEAD);
        sketch.page().lines(72, 50, "Table 3 (continued)").table(XS, 60, HEAD, SALT, ASH);

        assertThat(tables(sketch)).containsExactly(table("Table 3 (continued)", TIN, LEAD, SALT, ASH));
    }

    @Test
    void leavesOutWhatSaysOnlyThatATableGoesOn() {
        PdfSketch within = new PdfSketch();
        within.page().table(XS, 100, HEAD, TIN, LEAD).grid(new float[] {72, 372}, 160, 180);
        within.lines(80, 172, "Continued on next page");
        within.page()
                .grid(new float[] {72, 372}, 60, 80)
                .lines(80, 72, "(continued)")
                .table(XS, 80, HEAD, SALT);
        PdfSketch between = new PdfSketch();
        between.page().table(XS, 100, HEAD, TIN, LEAD).lines(300, 190, "continued on page 2");
        between.page().lines(72, 50, "(cont'd)").table(XS, 100, SALT, ASH);

        assertThat(tables(within)).containsExactly(table(null, TIN, LEAD, SALT));
        ParsedDocument document = between.parsed(folder);
        assertThat(tables(document)).containsExactly(table(null, TIN, LEAD, SALT, ASH));
        assertThat(document.text()).doesNotContain("cont");
    }

    @Test
    void takesARowAcrossAllColumnsAtTheTopForOne() {
        PdfSketch row = new PdfSketch();
        row.page().table(XS, 660, HEAD, TIN, LEAD);
        row.page()
                .grid(new float[] {72, 372}, 60, 80)
                .lines(80, 72, "Bought abroad")
                .table(XS, 80, SALT, ASH);
        PdfSketch title = new PdfSketch();
        title.page().table(XS, 660, HEAD, TIN, LEAD);
        title.page()
                .grid(new float[] {72, 372}, 60, 80)
                .lines(80, 72, "Bought abroad")
                .table(XS, 80, HEAD, ASH);

        assertThat(tables(row)).containsExactly(table(null, TIN, LEAD, row("Bought abroad", "", ""), SALT, ASH));
        assertThat(tables(title)).hasSize(2);
    }

    @Test
    void doesNotTakeTheSameTableTwice() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, HEAD, TIN, LEAD).page().table(XS, 60, HEAD, TIN, LEAD);

        assertThat(tables(sketch)).hasSize(2);
    }

    @Test
    void dropsAHeadOfYearsThatIsRepeated() {
        String[] years = {"Glaze", "1901", "1902"};
        PdfSketch sketch = new PdfSketch();
        sketch.page().table(XS, 660, years, row("Tin", "12", "13"), row("Lead", "9", "8"));
        sketch.page().table(XS, 60, years, row("Salt", "3", "2"));

        assertThat(tables(sketch).get(0).rows())
                .containsExactly(
                        List.of(years),
                        List.of("Tin", "12", "13"),
                        List.of("Lead", "9", "8"),
                        List.of("Salt", "3", "2"));
    }

    @Test
    void joinsATableOverTheEndOfAColumn() {
        float[] left = {72, 132, 192, 252};
        float[] right = {330, 390, 450, 510};
        PdfSketch sketch = new PdfSketch().page();
        String[] prose = new String[38];
        Arrays.fill(prose, "Clay that is dug in autumn is left");
        sketch.lines(72, 60, prose).table(left, 640, HEAD, TIN, LEAD);
        sketch.table(right, 60, HEAD, SALT, ASH).lines(330, 180, prose);

        assertThat(tables(sketch)).containsExactly(table(null, TIN, LEAD, SALT, ASH));
    }

    @Test
    void leavesTablesBesideEachOtherApart() {
        PdfSketch sketch = new PdfSketch().page();
        sketch.table(new float[] {72, 132, 192, 252}, 100, HEAD, TIN, LEAD);
        sketch.table(new float[] {330, 390, 450, 510}, 100, HEAD, SALT, ASH);

        assertThat(tables(sketch)).hasSize(2);
    }

    @Test
    void joinsColumnsWithoutLines() {
        PdfSketch sketch = new PdfSketch();
        sketch.page().cells(XS, 600, 20, row("Year", "Bowls", "Plates"), row("1901", "1,200", "30%"));
        sketch.cells(XS, 640, 20, row("1902", "1,350", "28%"), row("1903", "990", "31%"));
        sketch.page().cells(XS, 60, 20, row("Year", "Bowls", "Plates"), row("1904", "7", "3%"), row("1905", "8", "4%"));

        assertThat(tables(sketch).get(0).rows())
                .extracting(row -> row.get(0))
                .containsExactly("1901", "1902", "1903", "1904", "1905");
    }

    @Test
    void leavesColumnsWithoutLinesApartThatDoNotStandBelowThem() {
        String[][] first = {row("Year", "Bowls", "Plates"), row("1901", "1,200", "30"), row("1902", "1,350", "28")};
        String[][] second = {row("1903", "7", "31"), row("1904", "8", "32"), row("1905", "9", "33")};
        PdfSketch below =
                new PdfSketch().page().cells(XS, 600, 20, first).page().cells(XS, 60, 20, second);
        float[] elsewhere = {72, 188, 272};
        PdfSketch beside =
                new PdfSketch().page().cells(XS, 600, 20, first).page().cells(elsewhere, 60, 20, second);

        assertThat(tables(below)).hasSize(1);
        assertThat(tables(beside)).hasSize(2);
    }

    private static String[] row(String... cells) {
        return cells;
    }

    private static Table table(@Nullable String caption, String[]... rows) {
        List<List<String>> body = new ArrayList<>();
        for (String[] row : rows) {
            body.add(List.of(row));
        }
        return new Table(List.of(HEAD), body, caption);
    }

    private List<Table> tables(PdfSketch sketch) {
        return tables(sketch.parsed(folder));
    }

    private static List<Table> tables(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.TABLE)
                .map(block -> Objects.requireNonNull(block.table()))
                .toList();
    }

    /** What lies in no block. */
    private static String uncovered(ParsedDocument document) {
        StringBuilder rest = new StringBuilder(document.text());
        for (Block block : document.blocks()) {
            rest.replace(block.start(), block.end(), " ".repeat(block.end() - block.start()));
        }
        return rest.toString();
    }
}
