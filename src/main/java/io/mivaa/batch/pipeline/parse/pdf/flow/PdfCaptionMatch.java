package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the captions of two tables say about whether the second continues the first. */
enum PdfCaptionMatch {
    UNKNOWN,
    SAME,
    OTHER;

    /**
     * @param own caption of the first table
     * @param headRepeated whether the second table repeats the header of the first
     */
    static PdfCaptionMatch of(@Nullable String own, PdfEntry.Tabular next, boolean headRepeated) {
        PdfParagraph outer = next.caption();
        if (outer == null) {
            return ofRow(own, next.table(), headRepeated);
        }
        String other = outer.onOneLine(Set.of());
        boolean continued = PdfContinuation.isIn(other);
        boolean below = outer.first().y() > next.line().y();
        if (own == null && below && !continued) {
            return UNKNOWN;
        }
        return continued || (own != null && own.equalsIgnoreCase(other)) ? byLabel(own, other) : OTHER;
    }

    /** A row across all columns is the title of another table when it is above a header, else one of the rows. */
    private static PdfCaptionMatch ofRow(@Nullable String own, Table next, boolean headRepeated) {
        String title = next.caption();
        if (title != null && isRepeated(title, own)) {
            return byLabel(own, title);
        }
        return title != null && headRepeated ? OTHER : UNKNOWN;
    }

    private static PdfCaptionMatch byLabel(@Nullable String own, String other) {
        String label = PdfCaption.label(PdfContinuation.without(other));
        boolean agree = own == null || label.isEmpty() || label.equals(PdfCaption.label(PdfContinuation.without(own)));
        return agree ? SAME : OTHER;
    }

    /** Whether a title says only that the table continues, or repeats the caption before. */
    static boolean isRepeated(String title, @Nullable String before) {
        return PdfContinuation.isAll(title)
                || (before != null && (PdfContinuation.isIn(title) || title.equalsIgnoreCase(before)));
    }
}
