package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a Word document: its body, then its notes. */
final class DocxReader {

    private final OoxmlPackage parts;
    private final String main;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final DocxStyles styles;
    private final DocxNumbering numbering;
    private final Map<String, String> notes = new LinkedHashMap<>();
    private Map<String, OoxmlPackage.Relation> relations = Map.of();

    DocxReader(OoxmlPackage parts, String main, ParseLimits limits, ContainerSettings settings) throws IOException {
        this.parts = parts;
        this.main = main;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
        this.styles = DocxStyles.of(parts, main);
        this.numbering = DocxNumbering.of(parts, main);
    }

    ParsedDocument read() throws IOException {
        relations = parts.relations(main);
        try (XmlPart xml = parts.open(main)) {
            blocks(xml, 0, null);
        }
        for (String kind : List.of("footnotes", "endnotes")) {
            String part = parts.related(main, kind);
            if (part != null) {
                notes(part, kind);
            }
        }
        flow.end();
        return writer.finish(parts.metadata(), null, List.of());
    }

    /**
     * Reads paragraphs and tables until the element around them ends.
     *
     * @param outer depth of that element
     * @param cell where the text goes when it is that of a cell, else null
     */
    private void blocks(XmlPart xml, int outer, @Nullable StringBuilder cell) throws IOException {
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                switch (xml.name()) {
                    case "p" -> paragraph(xml, cell);
                    case "tbl" -> table(xml, cell);
                    case "del", "moveFrom", "Fallback", "sectPr", "sdtPr", "background", "tcPr" -> xml.skip();
                    default -> {}
                }
            }
        }
    }

    private void paragraph(XmlPart xml, @Nullable StringBuilder cell) throws IOException {
        DocxParagraph paragraph = new DocxParagraph();
        List<String> boxes = new ArrayList<>();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("txbxContent")) {
                StringBuilder box = new StringBuilder();
                blocks(xml, xml.depth(), box);
                boxes.add(box.toString());
            } else if (xml.starts("footnoteReference") || xml.starts("endnoteReference")) {
                paragraph.append(mark(xml.name().replace("Reference", "s"), xml.attribute("id", "")));
            } else {
                paragraph.read(xml, relations);
            }
        }
        if (cell == null) {
            write(paragraph);
            boxes.forEach(flow::paragraph);
        } else {
            line(paragraph, cell);
            boxes.forEach(box -> cell.append(box).append('\n'));
        }
    }

    private String mark(String kind, String id) {
        return "[" + notes.computeIfAbsent(kind + "/" + id, any -> String.valueOf(notes.size() + 1)) + "]";
    }

    private void write(DocxParagraph paragraph) {
        String style = paragraph.style();
        String text = paragraph.text();
        String marker = text.isBlank() ? null : marker(paragraph);
        Integer outline = paragraph.outline();
        int level = outline == null ? styles.headingLevel(style) : outline < 9 ? outline + 1 : DocxStyles.NO_HEADING;
        if (text.isBlank() || styles.isContents(style)) {
            paragraph.figures().forEach(flow::figure);
            return;
        }
        if (level != DocxStyles.NO_HEADING) {
            flow.heading(level, marker == null || marker.equals("-") ? text : marker + " " + text);
        } else if (marker != null) {
            flow.item(paragraph.level(styles), marker, text);
        } else if (styles.isCaption(style)) {
            flow.caption(text);
        } else if (styles.isCode(style)) {
            flow.code(text);
        } else {
            flow.paragraph(text);
        }
        paragraph.figures().forEach(flow::figure);
    }

    private @Nullable String marker(DocxParagraph paragraph) {
        String list = paragraph.list(styles);
        return list == null || list.equals("0") ? null : numbering.next(list, paragraph.level(styles));
    }

    private void line(DocxParagraph paragraph, StringBuilder cell) {
        String text = paragraph.text();
        if (!text.isBlank()) {
            String marker = marker(paragraph);
            cell.append(marker == null ? "" : marker + " ").append(text).append('\n');
        }
        paragraph.figures().stream()
                .filter(figure -> !figure.isBlank())
                .forEach(figure -> cell.append(figure).append('\n'));
    }

    private void table(XmlPart xml, @Nullable StringBuilder outerCell) throws IOException {
        Grid grid = new Grid(cells);
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("tr")) {
                row(xml, grid);
            } else if (xml.starts("del")) {
                xml.skip();
            }
        }
        if (outerCell == null) {
            flow.table(grid);
        } else {
            outerCell.append(grid.text()).append('\n');
        }
    }

    private void row(XmlPart xml, Grid grid) throws IOException {
        int outer = xml.depth();
        boolean open = false;
        boolean header = false;
        int before = 0;
        while (xml.nextWithin(outer)) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "tblHeader" -> header = xml.isOn();
                case "gridBefore" -> before = Math.min(xml.number("val", 0), 63);
                case "del" -> {
                    // the mark of a row that was deleted stands within its properties
                    if (xml.depth() == outer + 2) {
                        skipRest(xml, outer);
                        return;
                    }
                }
                case "tc" -> {
                    if (!open) {
                        grid.row(header);
                        grid.cell("", before, 1);
                        open = true;
                    }
                    cell(xml, grid);
                }
                default -> {}
            }
        }
    }

    private static void skipRest(XmlPart xml, int outer) throws IOException {
        boolean inside = true;
        while (inside) {
            inside = xml.nextWithin(outer);
        }
    }

    private void cell(XmlPart xml, Grid grid) throws IOException {
        StringBuilder text = new StringBuilder();
        int columns = 1;
        boolean continued = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "gridSpan" -> columns = Math.max(1, Math.min(xml.number("val", 1), 63));
                case "vMerge" -> continued = !xml.attribute("val", "continue").equals("restart");
                case "p" -> paragraph(xml, text);
                case "tbl" -> table(xml, text);
                case "del", "moveFrom", "Fallback", "sdtPr" -> xml.skip();
                default -> {}
            }
        }
        if (continued) {
            grid.continued(columns);
        } else {
            grid.cell(text.toString(), columns, 1);
        }
    }

    /** Notes that something refers to, each as a paragraph behind its mark. */
    private void notes(String part, String kind) throws IOException {
        relations = parts.relations(part);
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("footnote") || xml.starts("endnote")) {
                    String number = notes.get(kind + "/" + xml.attribute("id", ""));
                    StringBuilder text = new StringBuilder();
                    blocks(xml, xml.depth(), text);
                    if (number != null) {
                        flow.paragraph("[" + number + "] " + text.toString().strip());
                    }
                }
            }
        }
    }
}
