package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the paragraphs and tables of a Word document. Within a cell, a note or a text box they are gathered as lines of
 * text instead. Not thread-safe.
 */
final class DocxBlocks implements DocxTable.Content {

    private final OfficeFlow flow;
    private final DocxParagraphs paragraphs;
    private final DocxNotes notes;
    private final Grid.Budget cells;
    private Map<String, OoxmlPackage.Relation> relations = Map.of();

    DocxBlocks(OfficeFlow flow, DocxParagraphs paragraphs, DocxNotes notes, Grid.Budget cells) {
        this.flow = flow;
        this.paragraphs = paragraphs;
        this.notes = notes;
        this.cells = cells;
    }

    /** Sets the relations of the part that is read next. */
    void relations(Map<String, OoxmlPackage.Relation> ofPart) {
        relations = ofPart;
    }

    /** Writes the blocks of the whole part. */
    void write(XmlPart xml) throws IOException {
        while (xml.next()) {
            if (xml.isStart()) {
                start(xml, null);
            }
        }
    }

    /** The blocks within the element that has just started, as lines of text. */
    String text(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                start(xml, text);
            }
        }
        return text.toString();
    }

    @Override
    public void start(XmlPart xml, @Nullable StringBuilder text) throws IOException {
        switch (xml.name()) {
            case "p" -> paragraph(xml, text);
            case "tbl" -> table(xml, text);
            case "del", "moveFrom", "Fallback", "sectPr", "sdtPr", "background", "tcPr" -> xml.skip();
            default -> {}
        }
    }

    private void paragraph(XmlPart xml, @Nullable StringBuilder text) throws IOException {
        DocxParagraph paragraph = new DocxParagraph();
        List<String> boxes = new ArrayList<>();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("txbxContent")) {
                boxes.add(text(xml));
            } else if (xml.starts("footnoteReference") || xml.starts("endnoteReference")) {
                String kind = xml.name().replace("Reference", "s");
                paragraph.append(notes.mark(kind, xml.attribute("id", "")));
            } else {
                paragraph.read(xml, relations);
            }
        }
        if (text == null) {
            paragraphs.write(paragraph);
            boxes.forEach(flow::paragraph);
        } else {
            paragraphs.append(paragraph, text);
            boxes.forEach(box -> text.append(box).append('\n'));
        }
    }

    private void table(XmlPart xml, @Nullable StringBuilder text) throws IOException {
        Grid grid = new Grid(cells);
        new DocxTable(grid, this).read(xml);
        if (text == null) {
            flow.table(grid);
        } else {
            text.append(grid.text()).append('\n');
        }
    }
}
