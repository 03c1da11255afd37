package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.document.PageRange;
import java.util.List;

/** A unit that is written as a whole: a paragraph or a table. */
public sealed interface PdfPassage permits PdfParagraph, PdfTableLine {

    PageRange pages();

    /** The paragraphs among them, in the same order. */
    static List<PdfParagraph> paragraphs(List<PdfPassage> passages) {
        return passages.stream()
                .filter(PdfParagraph.class::isInstance)
                .map(PdfParagraph.class::cast)
                .toList();
    }
}
