package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of rows that are below each other.
 *
 * @param columns left and right end of each, in points, from the left
 */
record PdfStrips(List<float[]> columns) {

    private static final int MANY_ROWS = 5;
    /** Width of the white space between columns, in font sizes. */
    private static final float GAP = 0.45f;

    /** In points; what is wider is damaged. */
    private static final float WIDEST = 20_000;

    /** The columns between strips that nearly all rows leave white. */
    static PdfStrips of(List<PdfRow> divided) {
        float from = Float.MAX_VALUE;
        float to = -Float.MAX_VALUE;
        for (PdfRow row : divided) {
            from = Math.min(from, row.parts().get(0).x0());
            to = Math.max(to, row.parts().get(row.parts().size() - 1).x1());
        }
        if (!(to - from < WIDEST)) {
            return new PdfStrips(List.of());
        }
        double size = divided.stream().mapToDouble(PdfRow::size).average().orElse(10);
        int few = divided.size() < MANY_ROWS ? 0 : Math.max(1, divided.size() / 12);
        return new PdfStrips(columns(covered(divided, from, to), few, GAP * size, from, to));
    }

    /** How many parts cover each point of the width. */
    private static int[] covered(List<PdfRow> rows, float from, float to) {
        int[] covered = new int[(int) Math.ceil(to - from) + 1];
        for (PdfRow row : rows) {
            for (PdfRow.Part part : row.parts()) {
                int last = Math.min(covered.length - 1, (int) Math.ceil(part.x1() - from));
                for (int x = Math.max(0, (int) Math.floor(part.x0() - from)); x <= last; x++) {
                    covered[x]++;
                }
            }
        }
        return covered;
    }

    /**
     * @param few a point covered by at most this number of parts is white
     * @param gap the least width of white space between two columns
     */
    private static List<float[]> columns(int[] covered, int few, double gap, float from, float to) {
        List<float[]> columns = new ArrayList<>();
        int start = 0;
        int x = 0;
        while (x < covered.length) {
            int white = x;
            while (x < covered.length && covered[x] <= few) {
                x++;
            }
            if (x - white >= gap && x > white && x < covered.length) {
                if (white > start) {
                    columns.add(new float[] {from + start, from + white});
                }
                start = x;
            }
            x++;
        }
        columns.add(new float[] {from + start, to});
        return columns;
    }

    int size() {
        return columns.size();
    }

    float left() {
        return columns.get(0)[0];
    }

    float right() {
        return columns.get(columns.size() - 1)[1];
    }

    /** How many columns a part extends over. */
    int span(PdfRow.Part part) {
        int span = 0;
        for (float[] column : columns) {
            float common = Math.min(part.x1(), column[1]) - Math.max(part.x0(), column[0]);
            span += common > 0.25f * Math.min(column[1] - column[0], part.x1() - part.x0()) ? 1 : 0;
        }
        return Math.max(1, span);
    }

    /** The words of a row in a column. */
    List<PdfWord> cell(PdfRow row, int column) {
        List<PdfWord> words = new ArrayList<>();
        for (PdfRow.Part part : row.parts()) {
            for (PdfWord word : part.words()) {
                if (column(word) == column) {
                    words.add(word);
                }
            }
        }
        return words;
    }

    /** The column nearest to a word. */
    int column(PdfWord word) {
        float middle = (word.x0() + word.x1()) / 2;
        int best = 0;
        float least = Float.MAX_VALUE;
        for (int c = 0; c < columns.size(); c++) {
            float away = Math.max(0, Math.max(columns.get(c)[0] - middle, middle - columns.get(c)[1]));
            if (away < least) {
                least = away;
                best = c;
            }
        }
        return best;
    }
}
