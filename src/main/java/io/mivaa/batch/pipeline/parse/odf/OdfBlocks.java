package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.List;

/**
 * Writes the headings, paragraphs, lists and tables of an OpenDocument file. Within a cell, a note or a text box they
 * are gathered as lines of text instead. Not thread-safe.
 */
final class OdfBlocks implements OdfSlides.Content {

    private final OfficeFlow flow;
    private final OdfStyles styles;
    private final OdfSlides slides;
    private final Grid.Budget cells;
    private final OdfLists lists;
    private final OdfText texts;

    OdfBlocks(OfficeFlow flow, OdfStyles styles, OdfSlides slides, Grid.Budget cells) {
        this.flow = flow;
        this.styles = styles;
        this.slides = slides;
        this.cells = cells;
        this.lists = new OdfLists(styles);
        this.texts = new OdfText(styles, this::text);
    }

    /** Writes the blocks within the element that has just started. */
    void write(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                start(xml);
            } else if (xml.isEnd()) {
                end(xml);
            }
        }
    }

    /** Writes the notes that the text has referred to, each with its number. */
    void writeNotes() {
        List<String> notes = texts.notes();
        for (int i = 0; i < notes.size(); i++) {
            flow.paragraph("[" + (i + 1) + "] " + notes.get(i));
        }
    }

    @Override
    public void start(XmlPart xml) throws IOException {
        switch (xml.name()) {
            case "h", "p" -> paragraph(xml);
            case "list" -> lists.open(xml.attribute("style-name"));
            case "list-item" -> lists.nextItem();
            case "list-header" -> lists.header();
            case "table" -> flow.table(OdfTable.read(xml, cells, this::text));
            default -> startAnywhere(xml);
        }
    }

    @Override
    public void end(XmlPart xml) {
        if (xml.ends("list")) {
            lists.close();
        }
    }

    /** The blocks within the element that has just started, as lines of text. */
    @Override
    public String text(XmlPart xml) throws IOException {
        StringBuilder lines = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                startInText(xml, lines);
            }
        }
        return lines.toString();
    }

    private void startInText(XmlPart xml, StringBuilder lines) throws IOException {
        switch (xml.name()) {
            case "h", "p" -> {
                OdfText.Paragraph paragraph = texts.read(xml);
                lines.append(paragraph.text()).append('\n');
                paragraph.boxes().forEach(box -> lines.append(box).append('\n'));
            }
            case "table" -> {
                Grid grid = OdfTable.read(xml, cells, this::text);
                lines.append(grid.text()).append('\n');
            }
            default -> startAnywhere(xml);
        }
    }

    /** The elements that mean the same in a block and in lines of text. */
    private void startAnywhere(XmlPart xml) throws IOException {
        switch (xml.name()) {
            case "page" -> slides.write(xml, this);
            case "desc" -> flow.figure(xml.textWithin());
            case "notes" -> flow.paragraph(text(xml));
            default -> {
                if (OdfStyles.isLeftOut(xml.name())) {
                    xml.skip();
                }
            }
        }
    }

    private void paragraph(XmlPart xml) throws IOException {
        boolean heading = xml.name().equals("h");
        int level = xml.number("outline-level", 1);
        String style = xml.attribute("style-name", "");
        OdfText.Paragraph paragraph = texts.read(xml);
        String text = paragraph.text();
        if (heading) {
            flow.heading(level, text);
        } else if (styles.is(style, "Title")) {
            flow.heading(1, text);
        } else if (lists.isOpen()) {
            flow.item(lists.depth() - 1, lists.marker(text), text);
        } else if (styles.isCaption(style)) {
            flow.caption(text);
        } else if (styles.is(style, "Preformatted_20_Text")) {
            flow.code(text);
        } else {
            flow.paragraph(text);
        }
        paragraph.pictures().forEach(flow::figure);
        paragraph.boxes().forEach(flow::paragraph);
    }
}
