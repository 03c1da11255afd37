package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.List;

/** A word or a table at its place on a page, in points from the upper left corner as the reader sees the page. */
public sealed interface PdfPlaced permits PdfWord, PdfTable {

    String text();

    float x0();

    float x1();

    /** Of the base line of a word, or the lower edge of a table. */
    float y();

    /** Effective font size, on average for a table. */
    float size();

    /** The words among them, in the same order. */
    static List<PdfWord> words(List<? extends PdfPlaced> placed) {
        return placed.stream()
                .filter(PdfWord.class::isInstance)
                .map(PdfWord.class::cast)
                .toList();
    }

    /** Joined by spaces. */
    static String text(List<? extends PdfPlaced> placed) {
        StringBuilder text = new StringBuilder();
        placed.forEach(each -> text.append(text.isEmpty() ? "" : " ").append(each.text()));
        return text.toString();
    }

    /** White space between this and the next one, in either direction of writing; 0 when they touch. */
    default float gapTo(PdfPlaced next) {
        return Math.max(0, Math.max(next.x0() - x1(), x0() - next.x1()));
    }

    default boolean isRightToLeft() {
        return PdfBackwards.isIn(text());
    }
}
