package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.List;

/** Signs of a page that their font maps to no character. PDFBox passes them over, but one may be a bullet. */
final class PdfSigns {

    private static final int MOST = 500;

    private final List<Sign> signs = new ArrayList<>();

    private record Sign(float x, float y) {

        /** Distances are in font sizes of the word. */
        boolean isBefore(PdfWord word) {
            float away = word.x0() - x;
            return Math.abs(y - word.y()) < 0.6f * word.size() && away > 0.2f * word.size() && away < 4 * word.size();
        }
    }

    void clear() {
        signs.clear();
    }

    void add(float x, float y) {
        if (signs.size() < MOST) {
            signs.add(new Sign(x, y));
        }
    }

    /** Whether a sign is directly before the word, as a bullet is before its item. */
    boolean precede(PdfWord word) {
        return word.direction() == 0 && signs.stream().anyMatch(sign -> sign.isBefore(word));
    }
}
