package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CancellationException;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

public class PdfParserTests extends ParserContract {

    public static final ParseSettings SETTINGS =
            new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.AUTO);

    @Override
    public Parser parser() {
        return new PdfParser(SETTINGS, null);
    }

    @Override
    public byte[] sample() {
        return new PdfSketch()
                .page()
                .heading(72, 72, 20, "Tiles and their glazes")
                .lines(
                        72,
                        110,
                        "A tile is fired twice when it is to carry a glaze that would not",
                        "stand the first heat.")
                .lines(72, 150, "- the body first", "- the glaze after it")
                .page()
                .lines(72, 72, "The second page has no heading at all.")
                .bytes();
    }

    @Test
    void makesHeadingsOfLargerTypeAndRanksThem() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .heading(72, 60, 24, "Annual report")
                .heading(72, 100, 14, "Summary")
                .lines(72, 120, "The body of the report is set in a small size and has more characters.")
                .heading(72, 150, 14, "Outlook")
                .lines(72, 170, "The future looks as bright as the past, and nobody can say more than that.")
                .bytes());

        assertThat(headings(document)).containsExactly("# Annual report", "## Summary", "## Outlook");
    }

    @Test
    void makesAHeadingOfABoldLineInTheSizeOfTheBody() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .heading(72, 60, 10, "Scope")
                .lines(72, 80, "This document applies to all of the tiles that are made in the old factory.")
                .bytes());

        assertThat(headings(document)).containsExactly("# Scope");
    }

    @Test
    void takesTheLevelOfAHeadingFromTheOutline() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .heading(72, 60, 14, "2.1 Materials")
                .lines(72, 80, "Clay, sand and water are all that is needed to make the body of a tile.")
                .bookmark("Method", "Materials")
                .bytes());

        assertThat(headings(document)).containsExactly("## 2.1 Materials");
    }

    @Test
    void mendsParagraphsAndHyphenationOverLines() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(
                        72,
                        72,
                        "The conductivity of the samples was measured in a labora-",
                        "tory, where T<Tmax holds and conductivity = 0.5 is usual.")
                .bytes());

        assertThat(document.text())
                .isEqualTo("The conductivity of the samples was measured in a laboratory, where T<Tmax holds and"
                        + " conductivity = 0.5 is usual.");
    }

    @Test
    void keepsTheHyphenOfAWordThatHasOneElsewhere() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(
                        72,
                        72,
                        "A well-known effect of great heat in a kiln is a well-",
                        "known loss of colour in the glaze of a tile.")
                .bytes());

        assertThat(document.text()).contains("is a well-known loss");
    }

    @Test
    void mendsAParagraphOverAPageBreak() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(
                        72,
                        72,
                        "This sentence begins on the first page and is still under way when",
                        "the page comes to its end because it is so long that it")
                .page()
                .lines(72, 72, "goes on upon the second one.", "There it ends.")
                .bytes());

        assertThat(document.blocks()).hasSize(1);
        assertThat(document.blocks().get(0).pages()).isEqualTo(new PageRange(1, 2));
        assertThat(document.text()).contains("so long that it goes on upon the second one.");
    }

    @Test
    void partsParagraphsAtGapsAndIndents() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(
                        72,
                        72,
                        "The first paragraph has two lines and its first one is the longer of",
                        "the two by far.")
                .lines(90, 96, "The second one is indented and it begins right below the first one")
                .lines(72, 108, "and the text goes on.")
                .lines(72, 140, "The third one stands apart.")
                .bytes());

        assertThat(document.blocks()).hasSize(3);
    }

    @Test
    void readsListsWithTheirIndentation() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 72, "The following things are needed for it:")
                .lines(72, 90, "\u2022 clay that has been lying outside for a whole winter and is free of", "  stones")
                .lines(90, 114, "\u2022 red clay")
                .lines(72, 126, "\u2022 water")
                .bytes());

        Block list = document.blocks().get(1);
        assertThat(list.kind()).isEqualTo(Block.Kind.LIST);
        assertThat(document.textOf(list))
                .isEqualTo("- clay that has been lying outside for a whole winter and is free of stones\n"
                        + "  - red clay\n- water");
    }

    @Test
    void removesRunningHeadersFootersAndPageNumbers() {
        PdfSketch sketch = new PdfSketch();
        for (int page = 1; page <= 4; page++) {
            sketch.page()
                    .lines(72, 30, "Handbook of Glazes, chapter " + page)
                    .lines(72, 200, "Body number " + page + " says something.")
                    .lines(300, 760, String.valueOf(page + 6));
        }

        ParsedDocument document = parse(sketch.bytes());

        assertThat(document.text()).doesNotContain("Handbook").doesNotContain("10");
        assertThat(document.text()).contains("Body number 1 says", "Body number 4 says");
    }

    @Test
    void keepsNumbersAtTheEdgeThatDoNotGrowWithThePages() {
        PdfSketch sketch = new PdfSketch();
        int[] figures = {17, 3, 99, 41};
        for (int figure : figures) {
            sketch.page().lines(72, 200, "The sum is").lines(72, 760, String.valueOf(figure));
        }

        assertThat(parse(sketch.bytes()).text()).contains("17", "99", "41");
    }

    @Test
    void readsOneColumnAfterTheOtherWhenTheFileHasThemLineByLine() {
        PdfSketch sketch = new PdfSketch().page();
        for (int i = 0; i < 8; i++) {
            sketch.lines(60, 100 + 12 * i, "left column line number " + i + " of the text and")
                    .lines(330, 100 + 12 * i, "right column line number " + i + " of the text and");
        }

        String text = parse(sketch.bytes()).text();

        assertThat(text.indexOf("left column line number 7")).isLessThan(text.indexOf("right column line number 0"));
    }

    @Test
    void keepsTheRowsOfATableTogether() {
        PdfSketch sketch = new PdfSketch().page();
        for (int i = 0; i < 8; i++) {
            sketch.lines(60, 100 + 12 * i, "item " + i)
                    .lines(250, 100 + 12 * i, "colour " + i)
                    .lines(400, 100 + 12 * i, i + " EUR");
        }

        assertThat(parse(sketch.bytes()).text().lines())
                .contains("| item 0 | colour 0 | 0 EUR |", "| item 7 | colour 7 | 7 EUR |");
    }

    @Test
    void ranksHeadingsByTheirSectionNumbers() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .heading(72, 60, 14, "1 Clay")
                .lines(72, 80, "Clay is what remains of a stone that was rained on for a very long time.")
                .heading(72, 120, 14, "1.1 Sand")
                .lines(72, 140, "Sand keeps the clay from tearing while it dries, and so it is mixed with it.")
                .heading(72, 180, 14, "1.1.2 Water")
                .lines(72, 200, "Water is taken from the river, as it has always been done in this place.")
                .bytes());

        assertThat(headings(document)).containsExactly("# 1 Clay", "## 1.1 Sand", "### 1.1.2 Water");
    }

    @Test
    void makesAHeadingOfATitleInItalics() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .italic(72, 60, "Self-Locking Nut")
                .lines(
                        72,
                        72,
                        "The nut is of one piece and holds tight though everything else shakes,",
                        "and whoever has turned it once will not want to turn another one again,",
                        "because it keeps its place for as long as the bolt that it was put on.")
                .italic(72, 130, "this is in italics and no title.")
                .bytes());

        assertThat(headings(document)).containsExactly("# Self-Locking Nut");
    }

    @Test
    void removesANumberedHeadOfASinglePage() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 40, "On Tiles and Glazes 9")
                .lines(72, 100, "One sentence of the page.", "Another of it.", "A third one.", "And a fourth one.")
                .lines(72, 760, "9")
                .lines(72, 200, "The last paragraph of the page ends here.")
                .bytes());

        assertThat(document.text())
                .doesNotContain("On Tiles")
                .doesNotContain("9")
                .contains("A third one.");
    }

    @Test
    void keepsTheFirstLineOfASinglePageThatHasNoNumber() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 40, "On Tiles and Glazes")
                .lines(
                        72,
                        100,
                        "One sentence of the page.",
                        "Another of it.",
                        "A third one.",
                        "And a fourth one.",
                        "End.")
                .bytes());

        assertThat(document.text()).contains("On Tiles and Glazes");
    }

    @Test
    void makesFiguresOfTheirCaptionsThoughTwoStandBesideEachOther() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 60, "The prose of the page says what Figure 1 shows, and is no caption at all.")
                .lines(72, 200, "Figure 1. A kiln.")
                .lines(320, 200, "Figure 2. A tile.")
                .bytes());

        assertThat(document.blocks().stream()
                        .filter(block -> block.kind() == Block.Kind.FIGURE)
                        .map(document::textOf))
                .containsExactly("Figure 1. A kiln.", "Figure 2. A tile.");
    }

    @Test
    void writesLinksToTheWebButNotWhereTheTextSaysWhereTheyLead() {
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .lines(72, 60, "See the handbook of tiles or this:")
                .link(72 + 18, 60, 95, "https://example.org/book")
                .lines(72, 75, "www.example.org")
                .link(72, 75, 80, "https://www.example.org")
                .lines(72, 90, "Nothing here leads anywhere.")
                .link(72, 90, 100, "javascript:alert(1)")
                .bytes());

        assertThat(document.text())
                .contains("](https://example.org/book)")
                .doesNotContain("](https://www")
                .doesNotContain("javascript");
    }

    @Test
    void readsALineOfHebrewWithLatinNamesAndNumbers() {
        // on the page from left to right
        ParsedDocument document = parse(new PdfSketch()
                .page()
                .signs(72, 72, "25% \u05D3\u05D5\u05E2\u05D5 Windows 11 Pro \u05D4\u05E1\u05E8\u05D2")
                .bytes());

        assertThat(document.text()).isEqualTo("\u05D2\u05E8\u05E1\u05D4 Windows 11 Pro \u05D5\u05E2\u05D5\u05D3 25%");
    }

    @Test
    @Timeout(30)
    void isThroughWithNamesOfAttachmentsThatNameEachOther() throws IOException {
        PdfSketch sketch = new PdfSketch().page().lines(72, 60, "Attached to itself.");
        var files = new PDEmbeddedFilesNameTreeNode();
        var kids = new COSArray();
        for (int i = 0; i < 20; i++) {
            kids.add(files.getCOSObject());
        }
        files.getCOSObject().setItem(COSName.KIDS, kids);
        var names = new PDDocumentNameDictionary(sketch.document.getDocumentCatalog());
        names.setEmbeddedFiles(files);
        sketch.document.getDocumentCatalog().setNames(names);

        assertThat(parse(sketch.bytes()).text()).isEqualTo("Attached to itself.");
    }

    @Test
    void tellsOfAttachmentsAndReadsWhatWasFilledIntoAForm() throws IOException {
        PdfSketch sketch = new PdfSketch().page().lines(72, 60, "The order of tiles is on this form.");
        var form = new PDAcroForm(sketch.document);
        sketch.document.getDocumentCatalog().setAcroForm(form);
        var field = new PDTextField(form);
        field.setPartialName("quantity");
        field.getCOSObject().setString(COSName.V, "400 tiles");
        var empty = new PDTextField(form);
        empty.setPartialName("nothing");
        form.setFields(List.of(field, empty));
        var files = new PDEmbeddedFilesNameTreeNode();
        var file = new PDComplexFileSpecification();
        file.setFile("drawing.dwg");
        files.setNames(Map.of("drawing", file));
        var names = new PDDocumentNameDictionary(sketch.document.getDocumentCatalog());
        names.setEmbeddedFiles(files);
        sketch.document.getDocumentCatalog().setNames(names);

        ParsedDocument document = parse(sketch.bytes());

        assertThat(document.text()).contains("| quantity | 400 tiles |").doesNotContain("nothing");
        assertThat(document.warnings())
                .anyMatch(warning -> warning.code().equals("attachment-not-read")
                        && warning.message().endsWith(": 1."));
    }

    @Test
    void readsTheMetadata() {
        PdfSketch sketch = new PdfSketch().page().lines(72, 72, "Some text.");
        var info = sketch.document.getDocumentInformation();
        info.setTitle("  Glazes\u0000 ");
        info.setAuthor("A. Potter");
        Calendar created = new GregorianCalendar(TimeZone.getTimeZone("GMT+08:00"));
        created.setTimeInMillis(Instant.parse("2015-11-05T06:34:17Z").toEpochMilli());
        info.setCreationDate(created);
        sketch.document.getDocumentCatalog().setLanguage("de-AT");

        var metadata = parse(sketch.bytes()).metadata();

        assertThat(metadata.title()).isEqualTo("Glazes");
        assertThat(metadata.author()).isEqualTo("A. Potter");
        assertThat(metadata.language()).isEqualTo("de-AT");
        assertThat(metadata.createdAt()).isEqualTo("2015-11-05T06:34:17Z");
    }

    @Test
    void rejectsAnEncryptedDocument() {
        byte[] pdf = new PdfSketch()
                .page()
                .lines(72, 72, "A secret.")
                .protect("owner", "user")
                .bytes();

        assertThat(rejection(pdf).code()).isEqualTo("encrypted-document");
        assertThat(rejection(pdf).getMessage()).contains("password");
    }

    @Test
    void readsACopyProtectedDocumentThatOpensWithoutPassword() {
        byte[] pdf = new PdfSketch()
                .page()
                .lines(72, 72, "Not to be copied.")
                .protect("owner", "")
                .bytes();

        assertThat(parse(pdf).text()).isEqualTo("Not to be copied.");
    }

    @Test
    void rejectsWhatIsNoPdf() {
        byte[] bytes = "this is no PDF, whatever its name says".getBytes(StandardCharsets.UTF_8);

        assertThat(rejection(bytes).code()).isEqualTo("damaged-document");
    }

    @Test
    void rejectsADocumentWithoutText() {
        byte[] pdf =
                new PdfSketch().page().image(100, 300).page().image(100, 300).bytes();

        assertThat(rejection(pdf).code()).isEqualTo("no-text");
        assertThat(rejection(pdf).getMessage()).contains("scanned");
    }

    @Test
    void warnsOfASinglePageWithoutText() {
        byte[] pdf = new PdfSketch()
                .page()
                .lines(72, 72, "Some text.")
                .page()
                .image(100, 300)
                .bytes();

        ParsedDocument document = parse(pdf);

        assertThat(document.pages()).isEqualTo(2);
        assertThat(document.warnings())
                .extracting(Warning::code, Warning::page)
                .containsExactly(tuple("page-without-text", 2));
    }

    @Test
    void keepsTheOtherPagesWhenOneIsDamaged() {
        PdfSketch sketch = new PdfSketch().page().lines(72, 72, "Good.").page().lines(72, 72, "Bad.");
        sketch.document
                .getPage(1)
                .getContentStreams()
                .forEachRemaining(
                        stream -> stream.getCOSObject().setItem(COSName.FILTER, COSName.getPDFName("NoSuchFilter")));

        ParsedDocument document = parse(sketch.bytes());

        assertThat(document.text()).isEqualTo("Good.");
        assertThat(document.warnings())
                .extracting(Warning::code, Warning::page)
                .containsExactly(tuple("unreadable-page", 2));
    }

    @Test
    void countsThePagesItMeetsNotThoseThatAreDeclared() {
        PdfSketch sketch = new PdfSketch().page().lines(72, 72, "The only page.");
        sketch.document.getPages().getCOSObject().setInt(COSName.COUNT, 1_410_065_407);

        assertThat(parse(sketch.bytes()).pages()).isEqualTo(1);
    }

    @Test
    void rejectsMorePagesThanTheLimit() {
        byte[] pdf = new PdfSketch().page().page().page().lines(72, 72, "Text.").bytes();

        assertThat(rejection(pdf, new ParseLimits(2, 1000)).code()).isEqualTo("too-many-pages");
    }

    @Test
    void tellsOfEachPage() {
        List<Integer> pages = new ArrayList<>();
        byte[] pdf = new PdfSketch()
                .page()
                .lines(72, 72, "One.")
                .page()
                .page()
                .lines(72, 72, "Three.")
                .bytes();

        parse(pdf, LIMITS, pages::add);

        assertThat(pages).containsExactly(1, 2, 3);
    }

    @Test
    void stopsWhenProgressSaysSo() {
        ParseProgress cancel = pages -> {
            throw new CancellationException("enough");
        };

        assertThatThrownBy(() -> parse(sample(), LIMITS, cancel)).isInstanceOf(CancellationException.class);
    }

    private static List<String> headings(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.HEADING)
                .map(document::textOf)
                .toList();
    }
}
