package io.mivaa.batch.pipeline.parse.pdf.words;

/**
 * A run of text without white space, in points from the upper left corner as the reader sees the page.
 *
 * @param y of the base line
 * @param size effective font size
 * @param direction of the text in degrees: 0, 90, 180 or 270
 */
public record PdfWord(String text, float x0, float x1, float y, float size, boolean bold, boolean italic, int direction)
        implements PdfPlaced {

    /** Replaces a sign that its font maps to no character. A private code point: it is read as a bullet. */
    public static final String UNKNOWN_SIGN = "\uF8FF";

    /** Both as one word, in the height and direction of this one. */
    public PdfWord with(PdfWord next) {
        return new PdfWord(
                text + next.text,
                Math.min(x0, next.x0),
                Math.max(x1, next.x1),
                y,
                size,
                bold && next.bold,
                italic && next.italic,
                direction);
    }

    /** A word before this one, in the same style and height, from {@code from} to where this one begins. */
    PdfWord preceding(String text, float from) {
        return new PdfWord(text, from, x0, y, size, bold, italic, direction);
    }

    /** The same place and style with another text. */
    public PdfWord withText(String other) {
        return new PdfWord(other, x0, x1, y, size, bold, italic, direction);
    }
}
