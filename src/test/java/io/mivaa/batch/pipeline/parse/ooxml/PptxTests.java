package io.mivaa.batch.pipeline.parse.ooxml;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

public class PptxTests extends ParserContract {

    @Override
    public Parser parser() {
        return new OoxmlParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return slides(
                shape("body", p(0, "Clay") + p(1, "red") + p(0, "Water"))
                        + shape("title", p(0, "Glazes"))
                        + shape("sldNum", p(0, "1")),
                shape("ctrTitle", p(0, "Kilns")) + shape(null, p(0, "A text box")) + table());
    }

    @Test
    void writesEachSlideAsAPageUnderItsTitle() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                # Glazes

                - Clay
                  - red
                - Water

                Remember the water.

                # Kilns

                A text box

                | Kiln | Cost |
                | --- | --- |
                | North | 5 |
                | North | 6 |""");
        assertThat(document.pages()).isEqualTo(2);
        assertThat(document.blocks().get(0).pages()).isEqualTo(new PageRange(1, 1));
        assertThat(document.blocks().get(document.blocks().size() - 1).pages()).isEqualTo(new PageRange(2, 2));
        assertThat(tables(document))
                .containsExactly(new Table(
                        List.of("Kiln", "Cost"), List.of(List.of("North", "5"), List.of("North", "6")), null));
    }

    @Test
    void tellsOfEachSlide() {
        List<Integer> told = new ArrayList<>();

        parse(sample(), LIMITS, told::add);

        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void rejectsMoreSlidesThanTheLimit() {
        assertThat(rejection(sample(), new ParseLimits(1, 1000)).code()).isEqualTo("too-many-pages");
    }

    @Test
    void keepsLinksPicturesDiagramsAndCharts() {
        String link = shape(
                null,
                "<a:p><a:r><a:rPr><a:hlinkClick r:id='rId5'/></a:rPr><a:t>shop</a:t></a:r><a:br/><a:r><a:t>open</a:t></a:r></a:p>");
        String picture = "<p:pic><p:nvPicPr><p:cNvPr descr='A kiln'/></p:nvPicPr></p:pic>";
        String diagram = "<p:graphicFrame><dgm:relIds r:dm='rId6'/></p:graphicFrame>";
        String chart = "<p:graphicFrame><c:chart r:id='rId7'/></p:graphicFrame>";
        String lost = "<p:graphicFrame><c:chart r:id='rId77'/><dgm:relIds r:dm='rId66'/></p:graphicFrame>";

        assertThat(parse(slides(link + picture + diagram + chart + lost, "")).text())
                .startsWith("[shop](https://shop.example/#now)\nopen\n\nA kiln\n\n- fire\n- cool\n\nTemperature");
    }

    @Test
    void takesASinglePointForALine() {
        assertThat(parse(slides(shape("body", p(0, "Only one")), "")).text()).startsWith("Only one");
    }

    private static String table() {
        return "<p:graphicFrame><a:tbl><a:tblPr firstRow='1'/><a:tr>" + tc("", "Kiln") + tc("", "Cost")
                + "</a:tr><a:tr>"
                + tc(" rowSpan='2'", "North") + tc("", "5") + "</a:tr><a:tr>" + tc(" vMerge='1'", "") + tc("", "6")
                + "</a:tr></a:tbl></p:graphicFrame>";
    }

    private static String tc(String attributes, String text) {
        return "<a:tc" + attributes + "><a:txBody>" + p(0, text) + "</a:txBody></a:tc>";
    }

    private static byte[] slides(String first, String second) {
        ZipSketch zip = ZipSketch.ooxml("ppt/presentation.xml")
                .with(
                        "ppt/presentation.xml",
                        "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst><p:sldId id='256' r:id='rId2'/>"
                                + "<p:sldId id='257' r:id='rId3'/></p:sldIdLst></p:presentation>")
                .related("rId2", "slide", "slides/slide2.xml")
                .related("rId3", "slide", "slides/slide1.xml")
                .relations("ppt/_rels/presentation.xml.rels")
                .with("ppt/slides/slide2.xml", slide(first))
                .with("ppt/slides/slide1.xml", slide(second))
                .related("rId1", "notesSlide", "../notesSlides/notes1.xml")
                .related("rId5", "hyperlink", "https://shop.example/#now")
                .related("rId6", "diagramData", "../diagrams/data1.xml")
                .related("rId7", "chart", "../charts/chart1.xml")
                .relations("ppt/slides/_rels/slide2.xml.rels")
                .with("ppt/diagrams/data1.xml", "<d xmlns:a='a'>" + p(0, "fire") + p(0, "cool") + "</d>")
                .with("ppt/charts/chart1.xml", "<c xmlns:a='a'>" + p(0, "Temperature") + "</c>")
                .with("ppt/notesSlides/notes1.xml", slide(shape("body", p(0, "Remember the water."))));
        return zip.bytes();
    }

    private static String slide(String shapes) {
        return "<p:sld xmlns:p='p' xmlns:a='a' xmlns:r='r' xmlns:c='c' xmlns:dgm='d'><p:spTree>" + shapes
                + "</p:spTree></p:sld>";
    }

    private static String shape(@org.jspecify.annotations.Nullable String placeholder, String paragraphs) {
        String ph = placeholder == null ? "" : "<p:nvPr><p:ph type='" + placeholder + "'/></p:nvPr>";
        return "<p:sp>" + ph + "<p:txBody>" + paragraphs + "</p:txBody></p:sp>";
    }

    private static String p(int level, String text) {
        return "<a:p><a:pPr lvl='" + level + "'/><a:r><a:t>" + text + "</a:t></a:r></a:p>";
    }
}
