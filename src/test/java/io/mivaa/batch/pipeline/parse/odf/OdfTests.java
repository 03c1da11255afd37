package io.mivaa.batch.pipeline.parse.odf;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.util.List;
import org.junit.jupiter.api.Test;

public class OdfTests extends ParserContract {

    @Override
    public Parser parser() {
        return new OdfParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return text("<t:h t:outline-level='2'>Glazes</t:h><t:p>Some<t:s/>words<t:line-break/>more</t:p>"
                + "<t:list t:style-name='L1'><t:list-item><t:p>one</t:p><t:list><t:list-item><t:p>inner</t:p>"
                + "</t:list-item></t:list></t:list-item><t:list-item><t:p>two</t:p></t:list-item></t:list>" + table());
    }

    @Test
    void writesATextAsMarkdown() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                ## Glazes

                Some words
                more

                1. one
                  - inner
                2. two

                | Item | Cost |
                | --- | --- |
                | Clay | 5 |
                | Clay | both |""");
        assertThat(document.metadata().title()).isEqualTo("A title");
        assertThat(document.metadata().author()).isEqualTo("A. Potter");
        assertThat(tables(document).get(0).rows()).containsExactly(List.of("Clay", "5"), List.of("Clay", "both"));
    }

    @Test
    void leavesOutChangesCommentsAndHiddenText() {
        assertThat(parse(text("<t:tracked-changes><t:p>old</t:p></t:tracked-changes><t:p>a"
                                + "<o:annotation><t:p>comment</t:p></o:annotation>b"
                                + "<t:span t:style-name='Hid'>hidden</t:span></t:p>"))
                        .text())
                .isEqualTo("ab");
    }

    @Test
    void keepsTitlesLinksNotesPicturesCaptionsAndCode() {
        ParsedDocument document = parse(text("<t:p t:style-name='P1'>Title</t:p>"
                + "<t:p><t:a x:href='https://shop.example/'>shop</t:a><t:note><t:note-citation>7</t:note-citation>"
                + "<t:note-body><t:p>A note.</t:p></t:note-body></t:note></t:p>"
                + "<t:p><d:frame><d:text-box><t:p>in a box</t:p></d:text-box><s:title>x</s:title><s:desc>A kiln</s:desc></d:frame></t:p>"
                + "<t:p t:style-name='Caption'>Table 1</t:p>" + table()
                + "<t:p t:style-name='Preformatted_20_Text'>int x;</t:p>"));

        assertThat(document.text())
                .startsWith("# Title\n\n[shop](https://shop.example/)[1]\n\n")
                .contains("A kiln", "in a box", "Table 1", "```\nint x;\n```")
                .endsWith("[1] A note.");
        assertThat(document.blocks()).extracting(Block::kind).contains(Block.Kind.FIGURE, Block.Kind.CODE);
    }

    @Test
    void readsSheetsWithRepeatedAndSpanningCells() {
        String cells =
                "<b:table-row><b:table-cell><t:p>Item</t:p></b:table-cell><b:table-cell><t:p>Cost</t:p></b:table-cell>"
                        + "<b:table-cell b:number-columns-repeated='16000'/></b:table-row>"
                        + "<b:table-row b:number-rows-repeated='2'><b:table-cell b:number-rows-spanned='1'><t:p>Clay</t:p></b:table-cell>"
                        + "<b:table-cell><t:p>5</t:p><o:annotation><t:p>why</t:p></o:annotation></b:table-cell></b:table-row>"
                        + "<b:table-row b:number-rows-repeated='1000000'><b:table-cell b:number-columns-repeated='16384'/></b:table-row>";

        ParsedDocument document =
                parse(content("<o:spreadsheet><b:table b:name='Prices'><b:shapes><t:p>no</t:p></b:shapes>" + cells
                        + "</b:table><b:table b:name='Empty'/></o:spreadsheet>"));

        assertThat(document.text()).startsWith("# Prices\n\n| Item | Cost |").doesNotContain("Empty");
        assertThat(tables(document))
                .containsExactly(
                        new Table(List.of("Item", "Cost"), List.of(List.of("Clay", "5"), List.of("Clay", "5")), null));
    }

    @Test
    void readsSlidesAsPages() {
        ParsedDocument document =
                parse(content("<o:presentation><d:page d:name='p1'><d:frame p:class='outline'><d:text-box>"
                        + "<t:list><t:list-item><t:p>one</t:p></t:list-item></t:list></d:text-box></d:frame>"
                        + "<d:frame p:class='footer'><d:text-box><t:p>foot</t:p></d:text-box></d:frame></d:page>"
                        + "<d:page><d:frame p:class='title'><d:text-box><t:p>Kilns</t:p></d:text-box></d:frame>"
                        + "<p:notes><t:p>Say it.</t:p></p:notes></d:page></o:presentation>"));

        assertThat(document.text()).isEqualTo("- one\n\n# Kilns\n\nSay it.");
        assertThat(document.pages()).isEqualTo(2);
        assertThat(document.blocks().get(1).pages()).isEqualTo(new PageRange(2, 2));
    }

    @Test
    void leavesOutHiddenSheetsRowsAndColumnsButNotWhatIsFilteredOutOrFoldedAway() {
        String columns = "<b:table-column/><b:table-column b:visibility='collapse'/><b:table-column/>"
                + "<b:table-column-group><b:table-column b:visibility='collapse'/></b:table-column-group>";
        String rows = cells("", "Item", "Margin", "Cost", "Stock")
                + cells(" b:visibility='collapse' b:number-rows-repeated='2'", "Secret", "1", "2", "3")
                + cells(" b:visibility='filter'", "Clay", "90", "5", "4")
                + "<b:table-row-group>" + cells(" b:visibility='collapse'", "Wax", "80", "6", "8")
                + "</b:table-row-group>";
        ParsedDocument document = parse(content("<o:spreadsheet><b:table b:name='Shown'>" + columns + rows
                + "</b:table><b:table b:name='Hidden' b:style-name='ta2'>" + rows + "</b:table></o:spreadsheet>"));

        assertThat(document.text())
                .isEqualTo(
                        "# Shown\n\n| Item | Cost | Stock |\n| --- | --- | --- |\n| Clay | 5 | 4 |\n| Wax | 6 | 8 |");
        assertThat(document.warnings())
                .containsExactly(
                        new Warning("hidden-content", "Left out: 1 hidden sheet, 2 hidden rows, 1 hidden column."));
    }

    private static String cells(String attributes, String... texts) {
        StringBuilder row = new StringBuilder("<b:table-row" + attributes + ">");
        for (String text : texts) {
            row.append("<b:table-cell><t:p>").append(text).append("</t:p></b:table-cell>");
        }
        return row.append("</b:table-row>").toString();
    }

    @Test
    void rejectsAnEncryptedFile() {
        byte[] encrypted = sketch("<o:text/>")
                .with(
                        "META-INF/manifest.xml",
                        "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>")
                .bytes();

        assertThat(rejection(encrypted).code()).isEqualTo("encrypted-document");
    }

    private static String table() {
        return "<b:table><b:table-column/><b:table-header-rows><b:table-row><b:table-cell><t:p>Item</t:p></b:table-cell>"
                + "<b:table-cell><t:p>Cost</t:p></b:table-cell></b:table-row></b:table-header-rows>"
                + "<b:table-row><b:table-cell b:number-rows-spanned='2'><t:p>Clay</t:p></b:table-cell>"
                + "<b:table-cell><t:p>5</t:p></b:table-cell></b:table-row>"
                + "<b:table-row><b:covered-table-cell/><b:table-cell><t:p>both</t:p></b:table-cell></b:table-row></b:table>";
    }

    private static byte[] text(String body) {
        return content("<o:text>" + body + "</o:text>");
    }

    private static byte[] content(String body) {
        return sketch(body).bytes();
    }

    private static ZipSketch sketch(String body) {
        String names = " xmlns:o='o' xmlns:t='t' xmlns:b='b' xmlns:d='d' xmlns:x='x' xmlns:p='p' xmlns:s='s'";
        return new ZipSketch()
                .with("mimetype", "application/vnd.oasis.opendocument.text")
                .with(
                        "meta.xml",
                        "<o:document-meta xmlns:o='o' xmlns:dc='d'><o:meta><dc:title>A title</dc:title>"
                                + "<o:initial-creator>A. Potter</o:initial-creator></o:meta></o:document-meta>")
                .with("styles.xml", "<o:styles" + names + "><o:style o:name='Title'/></o:styles>")
                .with(
                        "content.xml",
                        "<o:document-content" + names + "><o:automatic-styles>"
                                + "<o:style o:name='P1' o:parent-style-name='Title'/>"
                                + "<o:style o:name='ta2'><o:table-properties b:display='false'/></o:style>"
                                + "<o:style o:name='Hid'><o:text-properties t:display='none'/></o:style>"
                                + "<t:list-style o:name='L1'><t:list-level-style-number t:level='1' o:num-format='1'/></t:list-style>"
                                + "</o:automatic-styles><o:body>" + body + "</o:body></o:document-content>");
    }
}
