package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the widest vertical strip that hardly anything covers and that has lines of prose on both sides. */
final class PdfWhiteStrip {

    private static final int FEWEST_PIECES = 8;

    /** Text over less or more width, in points, has no columns. */
    private static final float NARROWEST_TEXT = 100;

    private static final float WIDEST_TEXT = 20_000;

    /** Width, in points, of the parts in which pieces are counted. */
    private static final float BIN = 2;

    /** In bins. */
    private static final int NARROWEST = 3;

    /** Share of the width, on both sides, in which no gutter is. */
    private static final float MARGIN = 0.15f;

    private final List<List<PdfPlaced>> pieces;
    private final float left;
    private final int[] covered;

    private PdfWhiteStrip(List<List<PdfPlaced>> pieces, float left, float right) {
        this.pieces = pieces;
        this.left = left;
        this.covered = new int[(int) ((right - left) / BIN) + 1];
        for (List<PdfPlaced> piece : pieces) {
            int end = (int) ((PdfPieces.x1(piece) - left) / BIN);
            for (int bin = (int) ((PdfPieces.x0(piece) - left) / BIN); bin <= end; bin++) {
                covered[bin]++;
            }
        }
    }

    /** The middle of the strip, in points from the left edge of the page; null when there is none. */
    static @Nullable Float middle(List<List<PdfPlaced>> rows) {
        List<List<PdfPlaced>> pieces = PdfPieces.of(rows);
        float left = Float.MAX_VALUE;
        float right = -Float.MAX_VALUE;
        for (List<PdfPlaced> piece : pieces) {
            left = Math.min(left, PdfPieces.x0(piece));
            right = Math.max(right, PdfPieces.x1(piece));
        }
        boolean wide = right - left > NARROWEST_TEXT && right - left < WIDEST_TEXT;
        return pieces.size() >= FEWEST_PIECES && wide ? new PdfWhiteStrip(pieces, left, right).widest() : null;
    }

    private @Nullable Float widest() {
        int few = Math.max(3, pieces.size() / 10);
        int widest = 0;
        Float best = null;
        int from = (int) (MARGIN * covered.length);
        int to = covered.length - from;
        for (int bin = from; bin < to; bin++) {
            int start = bin;
            while (bin < to && covered[bin] <= few) {
                bin++;
            }
            float middle = left + (start + bin) / 2f * BIN;
            if (bin - start >= Math.max(NARROWEST, widest + 1) && isBetweenProse(middle)) {
                widest = bin - start;
                best = middle;
            }
        }
        return best;
    }

    private boolean isBetweenProse(float middle) {
        List<List<PdfPlaced>> before =
                pieces.stream().filter(piece -> PdfPieces.x1(piece) <= middle).toList();
        List<List<PdfPlaced>> after =
                pieces.stream().filter(piece -> PdfPieces.x0(piece) >= middle).toList();
        return PdfPieces.haveProse(before)
                && PdfPieces.haveProse(after)
                && (PdfPieces.areProse(before) || PdfPieces.areProse(after));
    }
}
