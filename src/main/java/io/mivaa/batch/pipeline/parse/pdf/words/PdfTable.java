package io.mivaa.batch.pipeline.parse.pdf.words;

import io.mivaa.batch.pipeline.document.Table;
import java.util.List;
import java.util.Set;

/**
 * A table found on a page, in points from its upper left corner, and the words that it took.
 *
 * @param columns left and right end of each, from the left
 * @param headed whether something besides what it says shows its first row to be the head
 * @param words by identity
 */
public record PdfTable(
        Table table,
        List<float[]> columns,
        boolean headed,
        float x0,
        float y0,
        float x1,
        float y1,
        Set<PdfWord> words) {

    private static final float SAME = 3;

    /** Stands for the table among the lines of its page; without the words, which nobody asks for any more. */
    public PdfWord word(int direction) {
        StringBuilder text = new StringBuilder();
        table.headers().forEach(cell -> text.append(cell).append(' '));
        for (List<String> row : table.rows()) {
            row.forEach(cell -> text.append(cell).append(' '));
        }
        float size = (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
        PdfTable alone = new PdfTable(table, columns, headed, x0, y0, x1, y1, Set.of());
        return new PdfWord(text.toString(), x0, x1, y1, size, false, false, direction, alone);
    }

    /** Whether what stands in the columns of both would not run into each other, were they below one another. */
    public boolean fitsBelow(PdfTable above) {
        return columns.size() == above.columns.size() && (fits(above, 0) || fits(above, x0 - above.x0));
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

    /** Whether each column begins, ends or has its middle where that of the other has. */
    public boolean isAlignedWith(PdfTable above) {
        return columns.size() == above.columns.size() && (isAligned(above, 0) || isAligned(above, x0 - above.x0));
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
