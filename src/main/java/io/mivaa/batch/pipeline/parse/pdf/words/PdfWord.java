package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some text that stands together on a page, in points from the upper left corner as its reader sees it.
 *
 * @param y of the base line
 * @param size effective font size
 * @param direction 0, 90, 180 or 270
 * @param table the whole of a table that this stands for, null for text
 */
public record PdfWord(
        String text,
        float x0,
        float x1,
        float y,
        float size,
        boolean bold,
        boolean italic,
        int direction,
        @Nullable PdfTable table) {

    /** Replaces a sign that its font maps to no character. A private code point: it is read as a bullet. */
    public static final String UNKNOWN_SIGN = "\uF8FF";

    /** With a space between each two. */
    public static String text(List<PdfWord> words) {
        StringBuilder text = new StringBuilder();
        words.forEach(word -> text.append(text.isEmpty() ? "" : " ").append(word.text()));
        return text.toString();
    }

    /** White space between this and what follows it, whichever way the text runs; 0 when they touch. */
    public float gapTo(PdfWord next) {
        return Math.max(0, Math.max(next.x0 - x1, x0 - next.x1));
    }

    /** Both as one, without a space. */
    public PdfWord with(PdfWord next) {
        return new PdfWord(
                text + next.text,
                Math.min(x0, next.x0),
                Math.max(x1, next.x1),
                y,
                size,
                bold && next.bold,
                italic && next.italic,
                direction,
                null);
    }

    /** Another text in the same style and height, that begins there and ends where this begins. */
    public PdfWord instead(String other, float from) {
        return new PdfWord(other, from, x0, y, size, bold, italic, direction, null);
    }

    public PdfWord saying(String other) {
        return new PdfWord(other, x0, x1, y, size, bold, italic, direction, table);
    }

    boolean isRightToLeft() {
        return text.codePoints().anyMatch(c -> {
            byte direction = Character.getDirectionality(c);
            return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                    || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
        });
    }
}
