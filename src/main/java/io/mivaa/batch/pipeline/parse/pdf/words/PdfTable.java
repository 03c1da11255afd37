package io.mivaa.batch.pipeline.parse.pdf.words;

import io.mivaa.batch.pipeline.document.Table;
import java.util.List;

/**
 * A table at its place on a page.
 *
 * @param columns left and right end of each, from the left
 * @param headed whether the style or the lines of its first row, and not only its text, show that it is the header
 * @param box in the same coordinates as words
 * @param size average font size of its words
 */
public record PdfTable(Table table, List<float[]> columns, boolean headed, PdfBox box, float size)
        implements PdfPlaced {

    /** Distance, in points, at which two edges count as the same. */
    private static final float SAME = 3;

    /** All cells, row by row. */
    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        table.headers().forEach(cell -> text.append(cell).append(' '));
        for (List<String> row : table.rows()) {
            row.forEach(cell -> text.append(cell).append(' '));
        }
        return text.toString();
    }

    @Override
    public float x0() {
        return box.x0();
    }

    @Override
    public float x1() {
        return box.x1();
    }

    @Override
    public float y() {
        return box.y1();
    }

    /** Whether the columns of both tables would not overlap each other if this one followed directly below. */
    public boolean fitsBelow(PdfTable above) {
        return columns.size() == above.columns.size() && (fits(above, 0) || fits(above, x0() - above.x0()));
    }

    private boolean fits(PdfTable above, float shift) {
        for (int c = 0; c < columns.size(); c++) {
            float[] own = columns.get(c);
            float[] other = above.columns.get(c);
            boolean common = own[0] - shift < other[1] && other[0] < own[1] - shift;
            boolean apart = c == 0
                    || (above.columns.get(c - 1)[1] <= own[0] - shift + SAME
                            && columns.get(c - 1)[1] - shift <= other[0] + SAME);
            if (!common || !apart) {
                return false;
            }
        }
        return true;
    }

    /** Whether each column has its left edge, its right edge or its middle where the other table has it. */
    public boolean isAlignedWith(PdfTable above) {
        return columns.size() == above.columns.size() && (isAligned(above, 0) || isAligned(above, x0() - above.x0()));
    }

    private boolean isAligned(PdfTable above, float shift) {
        for (int c = 0; c < columns.size(); c++) {
            float left = columns.get(c)[0] - shift - above.columns.get(c)[0];
            float right = columns.get(c)[1] - shift - above.columns.get(c)[1];
            float least = Math.min(Math.abs(left + right) / 2, Math.min(Math.abs(left), Math.abs(right)));
            if (least > SAME) {
                return false;
            }
        }
        return true;
    }
}
