package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPassage;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfTableLine;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is written as one block or as part of a list: a paragraph, or a table with its caption. */
sealed interface PdfEntry {

    /** A paragraph that is not the caption of a table. */
    record Prose(PdfParagraph paragraph) implements PdfEntry {}

    /**
     * A table.
     *
     * @param line its place, that of its first part when it continues over several pages
     * @param table with the rows of all parts
     * @param caption the paragraph directly above or below the table
     */
    record Tabular(PdfTableLine line, Table table, @Nullable PdfParagraph caption, PageRange pages)
            implements PdfEntry {

        private static Tabular of(PdfTableLine line, @Nullable PdfParagraph caption) {
            return new Tabular(line, line.table().table(), caption, line.pages());
        }
    }

    /** Joins each caption with its table. */
    static List<PdfEntry> of(List<PdfPassage> passages) {
        List<PdfEntry> entries = new ArrayList<>();
        int i = 0;
        while (i < passages.size()) {
            PdfParagraph above = captionOfNext(passages, i);
            int at = above == null ? i : i + 1;
            if (passages.get(at) instanceof PdfTableLine table) {
                PdfParagraph caption = above == null ? captionBelow(passages, at) : above;
                entries.add(Tabular.of(table, caption));
                i = above == null && caption != null ? at + 2 : at + 1;
            } else if (passages.get(at) instanceof PdfParagraph paragraph) {
                entries.add(new Prose(paragraph));
                i++;
            }
        }
        return entries;
    }

    /** Null when the passage is not the caption of the table that follows it. */
    private static @Nullable PdfParagraph captionOfNext(List<PdfPassage> passages, int i) {
        return i + 1 < passages.size()
                        && passages.get(i) instanceof PdfParagraph caption
                        && passages.get(i + 1) instanceof PdfTableLine table
                        && isCaptionOf(caption, table)
                ? caption
                : null;
    }

    /** The paragraph below a table when it is its caption, and not that of another table further down. */
    private static @Nullable PdfParagraph captionBelow(List<PdfPassage> passages, int i) {
        return i + 1 < passages.size()
                        && passages.get(i) instanceof PdfTableLine table
                        && passages.get(i + 1) instanceof PdfParagraph caption
                        && isCaptionOf(caption, table)
                        && captionOfNext(passages, i + 1) == null
                ? caption
                : null;
    }

    private static boolean isCaptionOf(PdfParagraph caption, PdfTableLine table) {
        return table.page() == caption.last().page() && PdfCaption.isOfTable(caption.onOneLine(Set.of()));
    }
}
