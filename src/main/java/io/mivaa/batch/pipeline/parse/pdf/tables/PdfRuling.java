package io.mivaa.batch.pipeline.parse.pdf.tables;

/**
 * A horizontal or vertical line as the reader sees it, in points from the upper left corner.
 *
 * @param level whether it is horizontal
 * @param at the height of a horizontal line, the distance from the left edge of a vertical one
 */
record PdfRuling(boolean level, float at, float from, float to) {

    /** Distance at which the ends of two lines still touch. */
    static final float TOUCHING = 3;

    static PdfRuling of(PdfStroke stroke) {
        boolean level = Math.abs(stroke.y0() - stroke.y1()) <= Math.abs(stroke.x0() - stroke.x1());
        return level
                ? between(true, (stroke.y0() + stroke.y1()) / 2, stroke.x0(), stroke.x1())
                : between(false, (stroke.x0() + stroke.x1()) / 2, stroke.y0(), stroke.y1());
    }

    private static PdfRuling between(boolean level, float at, float some, float other) {
        return new PdfRuling(level, at, Math.min(some, other), Math.max(some, other));
    }

    /** Whether a horizontal and a vertical line cross or touch. */
    boolean meets(PdfRuling other) {
        return level != other.level
                && other.at >= from - TOUCHING
                && other.at <= to + TOUCHING
                && at >= other.from - TOUCHING
                && at <= other.to + TOUCHING;
    }
}
