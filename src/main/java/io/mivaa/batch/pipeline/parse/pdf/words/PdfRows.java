package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts words into rows by their base lines. */
public final class PdfRows {

    private static final float SAME_LINE = 0.5f;

    private PdfRows() {}

    /** @return the rows from top to bottom, each in the direction in which most of its words are written */
    public static <P extends PdfPlaced> List<List<P>> of(List<P> words) {
        List<P> sorted = new ArrayList<>(words);
        sorted.sort(Comparator.comparingDouble(PdfPlaced::y));
        List<List<P>> rows = new ArrayList<>();
        List<P> row = new ArrayList<>();
        float y = 0;
        for (P word : sorted) {
            if (!row.isEmpty() && word.y() - y > SAME_LINE * word.size()) {
                rows.add(row);
                row = new ArrayList<>();
            }
            y = row.isEmpty() ? word.y() : y;
            row.add(word);
        }
        if (!row.isEmpty()) {
            rows.add(row);
        }
        rows.forEach(PdfRows::sort);
        return rows;
    }

    private static void sort(List<? extends PdfPlaced> row) {
        boolean rightToLeft = row.stream().filter(PdfPlaced::isRightToLeft).count() * 2 > row.size();
        Comparator<PdfPlaced> fromLeft = Comparator.comparingDouble(PdfPlaced::x0);
        row.sort(rightToLeft ? fromLeft.reversed() : fromLeft);
    }
}
