package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Separates the columns of a page before tables are searched: rows that a column of prose and a table beside it share
 * by chance are no rows. Unlike {@link PdfColumns}, which changes the reading order and needs lines that extend over a
 * gutter, it also separates columns that the file has one after another.
 */
final class PdfSides {

    private static final int DEEPEST = 3;
    private static final int FEWEST_LINES = 4;

    /** White space between blocks, in font sizes. */
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
     * @param words of one region of a page, all in one direction
     * @return all of them, in parts that have no table in common
     */
    static List<List<PdfPlaced>> of(List<PdfPlaced> words) {
        List<List<PdfPlaced>> parts = new ArrayList<>();
        divide(words, DEEPEST, parts);
        return parts;
    }

    private static void divide(List<PdfPlaced> words, int depth, List<List<PdfPlaced>> parts) {
        List<List<PdfPlaced>> rows = PdfRows.of(words);
        Float gutter = depth == 0 ? null : PdfWhiteStrip.middle(rows);
        if (gutter == null) {
            parts.add(words);
            return;
        }
        PdfSides sides = new PdfSides(gutter);
        sides.add(rows);
        sides.sides.forEach(side -> divide(side, depth - 1, parts));
    }

    /** Divides blocks with text in both columns. Blocks across the gutter, and tables as wide as the page, stay whole. */
    private void add(List<List<PdfPlaced>> rows) {
        List<List<List<PdfPlaced>>> blocks = blocks(rows);
        for (int i = 0; i < blocks.size(); i++) {
            List<List<PdfPlaced>> block = blocks.get(i);
            if (isDivided(block) || (isFew(block) && (isDivided(blocks, i - 1) || isDivided(blocks, i + 1)))) {
                flush(across);
                PdfPieces.of(block).forEach(piece -> (isLeft(piece) ? left : right).addAll(piece));
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

    /** Consecutive rows that either all cross the gutter or all do not, without white space between them. */
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
        if (crosses(block.get(0))) {
            return false;
        }
        List<List<PdfPlaced>> pieces = PdfPieces.of(block);
        return PdfPieces.areProse(pieces.stream().filter(this::isLeft).toList())
                || PdfPieces.areProse(
                        pieces.stream().filter(piece -> !isLeft(piece)).toList());
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

    private boolean isLeft(List<PdfPlaced> piece) {
        return PdfPieces.x0(piece) < gutter;
    }

    private boolean crosses(List<PdfPlaced> row) {
        return PdfPieces.of(List.of(row)).stream().anyMatch(piece -> isLeft(piece) && PdfPieces.x1(piece) > gutter);
    }

    private static boolean isApart(List<PdfPlaced> above, List<PdfPlaced> below) {
        return below.get(0).y() - above.get(0).y() > WHITE * below.get(0).size();
    }
}
