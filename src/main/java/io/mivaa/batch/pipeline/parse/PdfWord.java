package io.mivaa.batch.pipeline.parse;

/**
 * Some text that stands together on a page, in points from the upper left corner as its reader sees it.
 *
 * @param y of the base line
 * @param size effective font size
 * @param direction 0, 90, 180 or 270
 * @param firstWidth how wide it is up to its first space
 */
record PdfWord(String text, float x0, float x1, float y, float size, boolean bold, int direction, float firstWidth) {

    /** White space between this and what follows it, whichever way the text runs; 0 when they touch. */
    float gapTo(PdfWord next) {
        return Math.max(0, Math.max(next.x0 - x1, x0 - next.x1));
    }

    /** Both as one, without a space. */
    PdfWord with(PdfWord next) {
        return new PdfWord(
                text + next.text,
                Math.min(x0, next.x0),
                Math.max(x1, next.x1),
                y,
                size,
                bold && next.bold,
                direction,
                firstWidth + next.firstWidth);
    }

    boolean isRightToLeft() {
        return text.codePoints().anyMatch(c -> {
            byte direction = Character.getDirectionality(c);
            return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                    || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
        });
    }
}
