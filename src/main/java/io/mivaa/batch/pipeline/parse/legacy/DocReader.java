package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.WordNames;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.hwpf.model.StyleDescription;
import org.apache.poi.hwpf.usermodel.Paragraph;
import org.apache.poi.hwpf.usermodel.Range;
import org.apache.poi.hwpf.usermodel.Table;

/**
 * Reads a document of Word 97 to 2003 through POI's model: the main text, the text boxes, then the notes. Not
 * thread-safe.
 */
final class DocReader {

    /** Styles 1 to 9 are the headings in every language version of Word ([MS-DOC] 2.4.6.5). */
    private static final int HEADINGS = 9;

    private final HWPFDocument document;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final DocText texts;
    private final DocLists lists = new DocLists();

    DocReader(HWPFDocument document, ParseLimits limits, ContainerSettings settings) {
        this.document = document;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
        this.texts = new DocText(document);
    }

    ParsedDocument read() {
        write(document.getRange());
        Range boxes = document.getMainTextboxRange();
        if (boxes != null) {
            write(boxes);
        }
        // a note can refer to another note, so the list may grow here
        for (int i = 0; i < texts.notes().size(); i++) {
            String note = lines(texts.notes().get(i));
            flow.paragraph("[" + (i + 1) + "] " + note.strip());
        }
        flow.end();
        return writer.finish(DocMetadata.of(document.getSummaryInformation()), null, List.of());
    }

    private void write(Range range) {
        for (int i = 0; i < range.numParagraphs(); i++) {
            SourceBytes.checkCancelled();
            Paragraph paragraph = range.getParagraph(i);
            Table table = paragraph.isInTable() ? range.getTable(paragraph) : null;
            if (table != null && table.numRows() > 0) {
                flow.table(DocTable.of(table, this::lines).grid(cells));
                i += Math.max(0, table.numParagraphs() - 1);
            } else {
                write(paragraph);
            }
        }
    }

    private void write(Paragraph paragraph) {
        List<String> figures = new ArrayList<>();
        String text = texts.of(paragraph, figures);
        String style = style(paragraph);
        if (!text.isBlank() && !WordNames.isContents(style)) {
            write(paragraph, style, text);
        }
        figures.forEach(flow::figure);
    }

    private void write(Paragraph paragraph, String style, String text) {
        String marker = lists.marker(paragraph);
        int level = headingLevel(paragraph, style);
        if (level != 0) {
            flow.heading(level, marker == null || marker.equals("-") ? text : marker + " " + text);
        } else if (marker != null) {
            flow.item(paragraph.getIlvl(), marker, text);
        } else if (WordNames.isCaption(style)) {
            flow.caption(text);
        } else if (WordNames.isCode(style)) {
            flow.code(text);
        } else {
            flow.paragraph(text);
        }
    }

    private String style(Paragraph paragraph) {
        StyleDescription style = document.getStyleSheet().getStyleDescription(paragraph.getStyleIndex());
        return style == null || style.getName() == null ? "" : style.getName();
    }

    /** @return 1 to 9, 0 when the paragraph is not a heading */
    private static int headingLevel(Paragraph paragraph, String style) {
        int index = paragraph.getStyleIndex();
        if (index >= 1 && index <= HEADINGS) {
            return index;
        }
        int outline = paragraph.getLvl();
        return outline >= 0 && outline < HEADINGS ? outline + 1 : WordNames.headingLevel(style);
    }

    /** The paragraphs of a cell or note, one per line, list items with their markers. */
    private String lines(Range range) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < range.numParagraphs(); i++) {
            Paragraph paragraph = range.getParagraph(i);
            String text = texts.of(paragraph, new ArrayList<>());
            if (!text.isBlank()) {
                String marker = lists.marker(paragraph);
                lines.append(marker == null ? "" : marker + " ").append(text).append('\n');
            }
        }
        return lines.toString();
    }
}
