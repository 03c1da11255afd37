package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Words in rows by their base lines. */
public final class PdfRows {

    private static final float SAME_LINE = 0.5f;

    private PdfRows() {}

    public static List<List<PdfWord>> of(List<PdfWord> words) {
        List<PdfWord> sorted = new ArrayList<>(words);
        sorted.sort(Comparator.comparingDouble(PdfWord::y));
        List<List<PdfWord>> rows = new ArrayList<>();
        List<PdfWord> row = new ArrayList<>();
        float y = 0;
        for (PdfWord word : sorted) {
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
        for (List<PdfWord> each : rows) {
            boolean back = each.stream().filter(PdfWord::isRightToLeft).count() * 2 > each.size();
            Comparator<PdfWord> order = Comparator.comparingDouble(PdfWord::x0);
            each.sort(back ? order.reversed() : order);
        }
        return rows;
    }
}
