package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import java.util.List;

/** A line of a page: a line of text, or a whole table. In points from the upper left corner. */
public sealed interface PdfLine permits PdfTextLine, PdfTableLine {

    /** Without outer white space, empty when no character of it is readable. */
    String text();

    float x0();

    float x1();

    /** Of the base line of text, or the lower edge of a table. */
    float y();

    /** Font size, of most characters of a line or on average in a table. */
    float size();

    /** 1-based. */
    int page();

    /**
     * @param placed the words of a line, or a single table; not empty
     * @param page 1-based
     */
    static PdfLine of(List<PdfPlaced> placed, int page) {
        return placed.get(0) instanceof PdfTable table
                ? PdfTableLine.of(table, page)
                : PdfTextLine.of(PdfPlaced.words(placed), page);
    }

    default boolean overlaps(float left, float right) {
        return x0() < right && left < x1();
    }
}
