package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;

/**
 * A paragraph, or a table with its caption.
 *
 * @param table null for a paragraph
 * @param caption of a table, which stands above or below it
 */
record PdfEntry(
        PdfParagraph paragraph,
        @Nullable Table table,
        @Nullable PdfParagraph caption,
        PageRange pages) {

    /** Each caption with its table. */
    static List<PdfEntry> of(List<PdfParagraph> paragraphs) {
        List<PdfEntry> entries = new ArrayList<>();
        for (int i = 0; i < paragraphs.size(); i++) {
            PdfParagraph paragraph = paragraphs.get(i);
            PdfParagraph next = i + 1 < paragraphs.size() ? paragraphs.get(i + 1) : null;
            if (next != null && isCaptionOf(paragraph, next)) {
                entries.add(of(next, paragraph));
                i++;
            } else if (next != null && isCaptionOf(next, paragraph) && !isCaptionOfLater(paragraphs, i + 1)) {
                entries.add(of(paragraph, next));
                i++;
            } else {
                entries.add(of(paragraph, null));
            }
        }
        return entries;
    }

    private static PdfEntry of(PdfParagraph paragraph, @Nullable PdfParagraph caption) {
        PdfTable found = paragraph.first().table();
        return new PdfEntry(paragraph, found == null ? null : found.table(), caption, paragraph.pages());
    }

    private static boolean isCaptionOf(PdfParagraph caption, PdfParagraph table) {
        return table.first().table() != null
                && caption.first().table() == null
                && table.first().page() == caption.last().page()
                && PdfCaption.isOfTable(caption.onOneLine(Set.of()));
    }

    private static boolean isCaptionOfLater(List<PdfParagraph> paragraphs, int caption) {
        return caption + 1 < paragraphs.size() && isCaptionOf(paragraphs.get(caption), paragraphs.get(caption + 1));
    }
}
