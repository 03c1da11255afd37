package io.mivaa.batch.pipeline.parse.ooxml;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

public class DocxTests extends ParserContract {

    private static final String STYLES = """
            <w:styles xmlns:w='w'>
            <w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style>
            <w:style w:styleId='H2'><w:name w:val='heading 2'/></w:style>
            <w:style w:styleId='Mine'><w:name w:val='My chapter'/><w:basedOn w:val='H1'/></w:style>
            <w:style w:styleId='Toc'><w:name w:val='toc 1'/></w:style>
            <w:style w:styleId='Cap'><w:name w:val='caption'/></w:style>
            <w:style w:styleId='Code'><w:name w:val='HTML Preformatted'/></w:style>
            <w:style w:styleId='Loop'><w:name w:val='loop'/><w:basedOn w:val='Loop'/></w:style>
            <w:style w:styleId='Bul'><w:name w:val='List Bullet'/><w:numPr><w:numId w:val='1'/></w:numPr></w:style>
            </w:styles>""";

    private static final String NUMBERING = """
            <w:numbering xmlns:w='w'>
            <w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='o'/></w:lvl>
            <w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum>
            <w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>
            <w:lvl w:ilvl='1'><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%2)'/></w:lvl></w:abstractNum>
            <w:abstractNum w:abstractNumId='2'><w:lvl w:ilvl='0'><w:numFmt w:val='upperRoman'/><w:lvlText w:val='%1'/></w:lvl>
            <w:lvl w:ilvl='1'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.%2'/></w:lvl></w:abstractNum>
            <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>
            <w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>
            <w:num w:numId='3'><w:abstractNumId w:val='2'/></w:num>
            </w:numbering>""";

    @Override
    public Parser parser() {
        return new OoxmlParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return document(p("H1", "Glazes") + p(null, "Some words on glazes.") + item(1, 0, "one") + item(1, 1, "inner")
                + "<w:tbl>" + row(cell("Item", "") + cell("Cost", "")) + row(cell("Clay", "") + cell("5", ""))
                + "</w:tbl>");
    }

    @Test
    void writesHeadingsListsAndTablesAsMarkdown() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                # Glazes

                Some words on glazes.

                - one
                  - inner

                | Item | Cost |
                | --- | --- |
                | Clay | 5 |""");
        assertThat(document.metadata().title()).isEqualTo("A title");
        assertThat(document.metadata().author()).isEqualTo("A. Potter");
        assertThat(document.metadata().language()).isEqualTo("en-GB");
        assertThat(document.metadata().createdAt()).isEqualTo(Instant.parse("2024-01-02T03:04:05Z"));
        assertThat(document.pages()).isNull();
    }

    @Test
    void knowsHeadingsByStyleByWhatTheStyleIsBasedOnAndByOutlineLevel() {
        String outlined = "<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr>" + run("Third") + "</w:p>";

        assertThat(text(p("Mine", "First") + outlined + p("Loop", "No heading")))
                .isEqualTo("# First\n\n### Third\n\nNo heading");
    }

    @Test
    void numbersItemsAndHeadingsAsWordDoes() {
        assertThat(text(item(2, 0, "a") + item(2, 1, "b") + item(2, 1, "c") + item(2, 0, "d")))
                .isEqualTo("3. a\n  - a) b\n  - b) c\n4. d");
        String heading =
                "<w:p><w:pPr><w:pStyle w:val='H%d'/><w:numPr><w:ilvl w:val='%d'/><w:numId w:val='3'/></w:numPr>"
                        + "</w:pPr>" + run("Head") + "</w:p>";
        assertThat(text(heading.formatted(1, 0) + heading.formatted(2, 1) + heading.formatted(1, 0)))
                .isEqualTo("# I Head\n\n## I.1 Head\n\n# II Head");
        assertThat(text(p("Bul", "by style"))).isEqualTo("- by style");
    }

    @Test
    void leavesOutDeletedAndHiddenTextContentsAndFallbacks() {
        String runs = "<w:p>" + run("kept ") + "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins>"
                + run("new ") + "</w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
                + "<w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r>"
                + "<m:AlternateContent><m:Choice>" + run("choice") + "</m:Choice><m:Fallback>" + run("fallback")
                + "</m:Fallback></m:AlternateContent></w:p>";

        assertThat(text(p("Toc", "Glazes 3") + runs)).isEqualTo("kept new choice");
    }

    @Test
    void keepsBreaksLinksNotesAndTextBoxes() {
        String paragraph = "<w:p>" + run("see ") + "<w:hyperlink r:id='rId9'>" + run("the shop") + "</w:hyperlink>"
                + "<w:r><w:br/><w:t>next</w:t><w:tab/><w:t>line</w:t><w:footnoteReference w:id='2'/></w:r>"
                + "<w:r><w:txbxContent>" + p(null, "in a box") + "</w:txbxContent></w:r></w:p>";

        assertThat(text(paragraph))
                .isEqualTo("see [the shop](https://shop.example/)\nnext line[1]\n\nin a box\n\n[1] A note.");
    }

    @Test
    void givesPicturesTheirCaptionsAndTablesTheirs() {
        String picture = "<w:p><w:r><w:drawing><wp:docPr id='1' descr='A kiln'/></w:drawing></w:r></w:p>";
        String table = "<w:tbl>" + row(cell("Item", "") + cell("Cost", "")) + row(cell("Clay", "") + cell("5", ""))
                + "</w:tbl>";

        ParsedDocument document =
                parse(document(picture + p("Cap", "Figure 1: Kilns") + p("Cap", "Table 1: Prices") + table));

        assertThat(document.textOf(document.blocks().get(0))).isEqualTo("A kiln\nFigure 1: Kilns");
        assertThat(document.blocks().get(0).kind()).isEqualTo(Block.Kind.FIGURE);
        assertThat(tables(document)).singleElement().extracting(Table::caption).isEqualTo("Table 1: Prices");
    }

    @Test
    void keepsACaptionWithoutPictureOrTable() {
        assertThat(text(p("Cap", "Alone") + p("Cap", "Again") + p(null, "end"))).isEqualTo("Alone\n\nAgain\n\nend");
    }

    @Test
    void resolvesMergedCells() {
        String table = "<w:tbl>"
                + row("<w:trPr><w:tblHeader/></w:trPr>" + cell("Range", "<w:gridSpan w:val='2'/>") + cell("Unit", ""))
                + row("<w:trPr><w:tblHeader/></w:trPr>" + cell("from", "") + cell("to", "") + cell("", ""))
                + row(cell("900", "<w:vMerge w:val='restart'/>") + cell("1000", "") + cell("°C", ""))
                + row(cell("", "<w:vMerge/>") + cell("both", "<w:gridSpan w:val='2'/>"))
                + "<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("late", "") + "</w:tr></w:tbl>";

        assertThat(tables(parse(document(table))))
                .containsExactly(new Table(
                        List.of("Range from", "Range to", "Unit"),
                        List.of(List.of("900", "1000", "°C"), List.of("900", "both", ""), List.of("", "late", "")),
                        null));
    }

    @Test
    void readsATableWithinACellAndOneOfASingleColumnAsText() {
        String inner = "<w:tbl>" + row(cell("x", "") + cell("y", "")) + "</w:tbl>";
        String table = "<w:tbl>" + row("<w:tc>" + inner + p(null, "after") + "</w:tc>") + "</w:tbl>";

        assertThat(text(table)).isEqualTo("x y after");
    }

    @Test
    void keepsCode() {
        assertThat(text(p("Code", "int x;"))).isEqualTo("```\nint x;\n```");
    }

    @Test
    void loadsNothingFromOutside() {
        byte[] hostile = ZipSketch.ooxml("word/document.xml")
                .with(
                        "word/document.xml",
                        "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><w:document xmlns:w='w'><w:body>"
                                + p(null, "a&e;b") + p(null, "end") + "</w:body></w:document>")
                .bytes();

        String outcome;
        try {
            outcome = parse(hostile).text();
        } catch (Rejected rejected) {
            outcome = rejected.code();
        }
        assertThat(outcome).isIn("damaged-document", "ab\n\nend");
    }

    @Test
    void rejectsABombByItsRatioAndItsSize() {
        byte[] bomb = document(p(null, " ".repeat(4_000_000)));

        assertThat(rejection(bomb).code()).isEqualTo("decompression-limit");
    }

    @Test
    void rejectsTooManyEntriesTooManyCellsAndTooDeepNesting() {
        ZipSketch many = ZipSketch.ooxml("word/document.xml");
        for (int i = 0; i < 1001; i++) {
            many.with("word/media/" + i, "x");
        }
        String cells = "<w:tbl>" + row(cell("x", "<w:gridSpan w:val='60'/>")).repeat(1700) + "</w:tbl>";

        assertThat(rejection(many.bytes()).code()).isEqualTo("too-many-parts");
        assertThat(rejection(document(cells)).code()).isEqualTo("too-many-cells");
        assertThat(rejection(document("<w:sdt>".repeat(500) + "</w:sdt>".repeat(500)))
                        .code())
                .isEqualTo("damaged-document");
    }

    @Test
    void rejectsWhatIsNoneOfTheThree() {
        assertThat(rejection(ZipSketch.ooxml("visio/document.xml").bytes()).code())
                .isEqualTo("unsupported-format");
        assertThat(rejection(new ZipSketch().with("a.txt", "x").bytes()).code()).isEqualTo("damaged-document");
        assertThat(rejection(document("")).code()).isEqualTo("no-text");
    }

    private String text(String body) {
        ParsedDocument document = parse(document(body));
        check(document);
        return document.text();
    }

    public static byte[] document(String body) {
        return ZipSketch.ooxml("word/document.xml")
                .related("rId1", "styles", "styles.xml")
                .related("rId2", "numbering", "numbering.xml")
                .related("rId3", "footnotes", "footnotes.xml")
                .related("rId9", "hyperlink", "https://shop.example/")
                .relations("word/_rels/document.xml.rels")
                .with("word/styles.xml", STYLES)
                .with("word/numbering.xml", NUMBERING)
                .with(
                        "word/footnotes.xml",
                        "<w:footnotes xmlns:w='w'><w:footnote w:id='1'>" + p(null, "unused")
                                + "</w:footnote><w:footnote w:id='2'>" + p(null, "A note.")
                                + "</w:footnote></w:footnotes>")
                .with(
                        "word/document.xml",
                        "<w:document xmlns:w='w' xmlns:r='r' xmlns:m='m' xmlns:wp='p'><w:body>" + body
                                + "</w:body></w:document>")
                .bytes();
    }

    public static String p(@org.jspecify.annotations.Nullable String style, String text) {
        String properties = style == null ? "" : "<w:pPr><w:pStyle w:val='" + style + "'/></w:pPr>";
        return "<w:p>" + properties + run(text) + "</w:p>";
    }

    private static String run(String text) {
        return "<w:r><w:t>" + text + "</w:t></w:r>";
    }

    private static String item(int list, int level, String text) {
        return "<w:p><w:pPr><w:numPr><w:ilvl w:val='" + level + "'/><w:numId w:val='" + list + "'/></w:numPr></w:pPr>"
                + run(text) + "</w:p>";
    }

    private static String row(String cells) {
        return "<w:tr>" + cells + "</w:tr>";
    }

    private static String cell(String text, String properties) {
        return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + p(null, text) + "</w:tc>";
    }
}
