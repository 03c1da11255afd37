package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import java.util.ArrayList;
import java.util.List;

/** Pieces of rows: words without a gap between them that a gutter could be, from left to right. */
final class PdfPieces {

    private static final int FEWEST_LINES = 4;
    private static final int FEWEST_WORDS = 3;

    /** Share of the width of its column that a line of prose fills. */
    private static final float FILLING = 0.6f;

    private PdfPieces() {}

    /** The least width of a gutter beside a word, in points. */
    static float gutter(PdfPlaced word) {
        return Math.max(7, 0.7f * word.size());
    }

    static List<List<PdfPlaced>> of(List<List<PdfPlaced>> rows) {
        List<List<PdfPlaced>> pieces = new ArrayList<>();
        for (List<PdfPlaced> row : rows) {
            List<PdfPlaced> piece = new ArrayList<>();
            for (PdfPlaced word : row) {
                if (!piece.isEmpty() && piece.get(piece.size() - 1).gapTo(word) >= gutter(word)) {
                    pieces.add(piece);
                    piece = new ArrayList<>();
                }
                piece.add(word);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    static float x0(List<PdfPlaced> piece) {
        return (float) piece.stream().mapToDouble(PdfPlaced::x0).min().orElse(0);
    }

    static float x1(List<PdfPlaced> piece) {
        return (float) piece.stream().mapToDouble(PdfPlaced::x1).max().orElse(0);
    }

    /** Lines of prose have several words and mostly fill their column; cells of a table do not. */
    static boolean areProse(List<List<PdfPlaced>> pieces) {
        long filling = filling(pieces);
        return filling >= FEWEST_LINES && 2 * filling >= pieces.size();
    }

    /** Whether there are some lines of prose among them. */
    static boolean haveProse(List<List<PdfPlaced>> pieces) {
        return filling(pieces) >= FEWEST_LINES;
    }

    private static long filling(List<List<PdfPlaced>> pieces) {
        double from = pieces.stream().mapToDouble(PdfPieces::x0).min().orElse(0);
        double to = pieces.stream().mapToDouble(PdfPieces::x1).max().orElse(0);
        return pieces.stream()
                .filter(piece -> piece.size() >= FEWEST_WORDS && x1(piece) - x0(piece) >= FILLING * (to - from))
                .count();
    }
}
