package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the columns of a page apart for whoever looks for tables: rows that a column of prose and a table beside it
 * share by chance are no rows. {@link PdfColumns} mends the order of reading and needs lines that run across a gutter;
 * here columns are told apart also where the file has them one after the other.
 */
final class PdfSides {

    private static final int DEEPEST = 3;
    private static final int FEWEST_LINES = 4;
    private static final int FEWEST_WORDS = 3;
    private static final float FILLING = 0.6f;
    private static final float BIN = 2;
    private static final int NARROWEST = 3;
    private static final float MARGIN = 0.15f;
    private static final float WHITE = 1.8f;

    private final float gutter;
    private final List<List<PdfPlaced>> sides = new ArrayList<>();
    private final List<PdfPlaced> left = new ArrayList<>();
    private final List<PdfPlaced> right = new ArrayList<>();
    private final List<PdfPlaced> across = new ArrayList<>();

    private PdfSides(float gutter) {
        this.gutter = gutter;
    }

    /**
     * @param words of one region of a page, of one direction
     * @return all of them, in parts that share no table
     */
    static List<List<PdfPlaced>> of(List<PdfPlaced> words) {
        List<List<PdfPlaced>> parts = new ArrayList<>();
        divide(words, DEEPEST, parts);
        return parts;
    }

    private static void divide(List<PdfPlaced> words, int depth, List<List<PdfPlaced>> parts) {
        List<List<PdfPlaced>> rows = PdfRows.of(words);
        Float gutter = depth == 0 ? null : gutter(rows);
        if (gutter == null) {
            parts.add(words);
            return;
        }
        PdfSides sides = new PdfSides(gutter);
        sides.add(rows);
        sides.sides.forEach(side -> divide(side, depth - 1, parts));
    }

    /** What stands in both columns side by side is divided; what goes across, and tables as wide as the page, are not. */
    private void add(List<List<PdfPlaced>> rows) {
        List<List<List<PdfPlaced>>> blocks = blocks(rows);
        for (int i = 0; i < blocks.size(); i++) {
            List<List<PdfPlaced>> block = blocks.get(i);
            if (isDivided(block) || (isFew(block) && (isDivided(blocks, i - 1) || isDivided(blocks, i + 1)))) {
                flush(across);
                for (List<PdfPlaced> piece : pieces(block)) {
                    (x0(piece) < gutter ? left : right).addAll(piece);
                }
            } else {
                flush(left);
                flush(right);
                block.forEach(across::addAll);
            }
        }
        flush(left);
        flush(right);
        flush(across);
    }

    /** Rows that all cross the gutter or all do not, without white space from edge to edge. */
    private List<List<List<PdfPlaced>>> blocks(List<List<PdfPlaced>> rows) {
        List<List<List<PdfPlaced>>> blocks = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= rows.size(); i++) {
            if (i == rows.size()
                    || crosses(rows.get(i)) != crosses(rows.get(i - 1))
                    || isApart(rows.get(i - 1), rows.get(i))) {
                blocks.add(rows.subList(from, i));
                from = i;
            }
        }
        return blocks;
    }

    private boolean isDivided(List<List<List<PdfPlaced>>> blocks, int i) {
        return i >= 0 && i < blocks.size() && isDivided(blocks.get(i));
    }

    private boolean isDivided(List<List<PdfPlaced>> block) {
        List<List<PdfPlaced>> pieces = pieces(block);
        return !crosses(block.get(0))
                && (isProse(pieces.stream().filter(piece -> x0(piece) < gutter).toList())
                        || isProse(pieces.stream()
                                .filter(piece -> x0(piece) >= gutter)
                                .toList()));
    }

    private boolean isFew(List<List<PdfPlaced>> block) {
        return block.size() < FEWEST_LINES && !crosses(block.get(0));
    }

    private void flush(List<PdfPlaced> part) {
        if (!part.isEmpty()) {
            sides.add(List.copyOf(part));
            part.clear();
        }
    }

    private boolean crosses(List<PdfPlaced> row) {
        return pieces(List.of(row)).stream().anyMatch(piece -> x0(piece) < gutter && x1(piece) > gutter);
    }

    private static boolean isApart(List<PdfPlaced> above, List<PdfPlaced> below) {
        return below.get(0).y() - above.get(0).y() > WHITE * below.get(0).size();
    }

    /** The middle of the widest strip that hardly anything covers and that has lines of prose on both its sides. */
    private static @Nullable Float gutter(List<List<PdfPlaced>> rows) {
        List<List<PdfPlaced>> pieces = pieces(rows);
        float min = Float.MAX_VALUE;
        float max = -Float.MAX_VALUE;
        for (List<PdfPlaced> piece : pieces) {
            min = Math.min(min, x0(piece));
            max = Math.max(max, x1(piece));
        }
        if (pieces.size() < 2 * FEWEST_LINES || !(max - min > 100 && max - min < 20_000)) {
            return null;
        }
        int[] covered = new int[(int) ((max - min) / BIN) + 1];
        for (List<PdfPlaced> piece : pieces) {
            for (int bin = (int) ((x0(piece) - min) / BIN); bin <= (int) ((x1(piece) - min) / BIN); bin++) {
                covered[bin]++;
            }
        }
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
            float middle = min + (start + bin) / 2f * BIN;
            if (bin - start >= Math.max(NARROWEST, widest + 1) && isBetweenProse(pieces, middle)) {
                widest = bin - start;
                best = middle;
            }
        }
        return best;
    }

    private static boolean isBetweenProse(List<List<PdfPlaced>> pieces, float gutter) {
        List<List<PdfPlaced>> left =
                pieces.stream().filter(piece -> x1(piece) <= gutter).toList();
        List<List<PdfPlaced>> right =
                pieces.stream().filter(piece -> x0(piece) >= gutter).toList();
        return filling(left) >= FEWEST_LINES && filling(right) >= FEWEST_LINES && (isProse(left) || isProse(right));
    }

    /** Lines of prose have several words and mostly fill their column; cells of a table do not. */
    private static boolean isProse(List<List<PdfPlaced>> pieces) {
        long filling = filling(pieces);
        return filling >= FEWEST_LINES && 2 * filling >= pieces.size();
    }

    private static long filling(List<List<PdfPlaced>> pieces) {
        double from = pieces.stream().mapToDouble(PdfSides::x0).min().orElse(0);
        double to = pieces.stream().mapToDouble(PdfSides::x1).max().orElse(0);
        return pieces.stream()
                .filter(piece -> piece.size() >= FEWEST_WORDS && x1(piece) - x0(piece) >= FILLING * (to - from))
                .count();
    }

    /** Words of a row that stand without a gap that a gutter could be, from left to right. */
    private static List<List<PdfPlaced>> pieces(List<List<PdfPlaced>> rows) {
        List<List<PdfPlaced>> pieces = new ArrayList<>();
        for (List<PdfPlaced> row : rows) {
            List<PdfPlaced> piece = new ArrayList<>();
            for (PdfPlaced word : row) {
                if (!piece.isEmpty() && piece.get(piece.size() - 1).gapTo(word) >= Math.max(7, 0.7f * word.size())) {
                    pieces.add(piece);
                    piece = new ArrayList<>();
                }
                piece.add(word);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    private static float x0(List<PdfPlaced> piece) {
        return (float) piece.stream().mapToDouble(PdfPlaced::x0).min().orElse(0);
    }

    private static float x1(List<PdfPlaced> piece) {
        return (float) piece.stream().mapToDouble(PdfPlaced::x1).max().orElse(0);
    }
}
