package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import org.jspecify.annotations.Nullable;

/** Writes the paragraphs of a Word document as what their style and list make them. Not thread-safe. */
final class DocxParagraphs {

    private final OfficeFlow flow;
    private final DocxStyles styles;
    private final DocxNumbering numbering;

    DocxParagraphs(OfficeFlow flow, DocxStyles styles, DocxNumbering numbering) {
        this.flow = flow;
        this.styles = styles;
        this.numbering = numbering;
    }

    /** Writes a paragraph of the document, then its pictures. */
    void write(DocxParagraph paragraph) {
        String text = paragraph.text();
        String marker = text.isBlank() ? null : marker(paragraph);
        if (!text.isBlank() && !styles.isContents(paragraph.style())) {
            write(paragraph, marker, text);
        }
        paragraph.figures().forEach(flow::figure);
    }

    private void write(DocxParagraph paragraph, @Nullable String marker, String text) {
        String style = paragraph.style();
        int level = headingLevel(paragraph);
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
    }

    private int headingLevel(DocxParagraph paragraph) {
        Integer outline = paragraph.outline();
        if (outline == null) {
            return styles.headingLevel(paragraph.style());
        }
        return outline < 9 ? outline + 1 : DocxStyles.NO_HEADING;
    }

    private @Nullable String marker(DocxParagraph paragraph) {
        String list = paragraph.list(styles);
        return list == null || list.equals("0") ? null : numbering.next(list, paragraph.level(styles));
    }

    /** Appends a paragraph of a cell, a note or a text box as a line, then the descriptions of its pictures. */
    void append(DocxParagraph paragraph, StringBuilder lines) {
        String text = paragraph.text();
        if (!text.isBlank()) {
            String marker = marker(paragraph);
            lines.append(marker == null ? "" : marker + " ").append(text).append('\n');
        }
        paragraph.figures().stream()
                .filter(figure -> !figure.isBlank())
                .forEach(figure -> lines.append(figure).append('\n'));
    }
}
