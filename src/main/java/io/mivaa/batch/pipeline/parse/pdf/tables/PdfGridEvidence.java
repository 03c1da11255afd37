package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Decides whether lines enclose the cells of a table, and not a drawing, a chart or a layout. */
final class PdfGridEvidence {

    private static final int MOST_WORDS = 30;

    /** In font sizes. */
    private static final float SAME_HEIGHT = 0.4f;

    private final PdfCell[][] cells;
    private final Set<PdfCell> all = Collections.newSetFromMap(new IdentityHashMap<>());

    private PdfGridEvidence(PdfCell[][] cells) {
        this.cells = cells;
        for (PdfCell[] row : cells) {
            Collections.addAll(all, row);
        }
    }

    /** @param cells with their words; a cell that spans several places is in each of them */
    static boolean isTable(PdfCell[][] cells) {
        PdfGridEvidence evidence = new PdfGridEvidence(cells);
        return evidence.areRectangles() && evidence.isDivided() && evidence.isFilled() && evidence.isAligned();
    }

    /** The lines of a drawing enclose areas of any shape. */
    private boolean areRectangles() {
        IdentityHashMap<PdfCell, int[]> bounds = new IdentityHashMap<>();
        for (int r = 0; r < cells.length; r++) {
            for (int c = 0; c < cells[r].length; c++) {
                int[] bound = bounds.computeIfAbsent(
                        cells[r][c], cell -> new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1, 0});
                bound[0] = Math.min(bound[0], r);
                bound[1] = Math.min(bound[1], c);
                bound[2] = Math.max(bound[2], r);
                bound[3] = Math.max(bound[3], c);
                bound[4]++;
            }
        }
        return bounds.values().stream()
                .allMatch(bound -> (bound[2] - bound[0] + 1) * (bound[3] - bound[1] + 1) == bound[4]);
    }

    /** The lines of a table are continuous, except where cells are merged. Those of a chart hardly enclose anything. */
    private boolean isDivided() {
        int neighbours = 0;
        int divided = 0;
        for (int r = 0; r < cells.length; r++) {
            for (int c = 0; c < cells[r].length; c++) {
                if (c > 0) {
                    neighbours++;
                    divided += cells[r][c] != cells[r][c - 1] ? 1 : 0;
                }
                if (r > 0) {
                    neighbours++;
                    divided += cells[r][c] != cells[r - 1][c] ? 1 : 0;
                }
            }
        }
        return 2 * divided >= neighbours;
    }

    /** Boxes of a drawing hold few words, those of a chart none, and those of a layout whole paragraphs. */
    private boolean isFilled() {
        long filled = all.stream().filter(cell -> !cell.isEmpty()).count();
        long words = all.stream().mapToLong(PdfCell::size).sum();
        return filled >= 3 && filled >= 0.4 * all.size() && words <= MOST_WORDS * filled;
    }

    /** Cells beside each other have their text at the same height: at the top, in the middle or at the bottom. */
    private boolean isAligned() {
        int beside = 0;
        int aligned = 0;
        for (int r = 0; r < cells.length; r++) {
            List<PdfCell> row = ofOneRow(r);
            if (row.size() > 1) {
                beside += row.size();
                aligned += (int) row.stream()
                        .filter(cell -> row.stream().anyMatch(other -> other != cell && isBeside(cell, other)))
                        .count();
            }
        }
        return 10 * aligned >= 6 * beside;
    }

    private List<PdfCell> ofOneRow(int row) {
        return IntStream.range(0, cells[row].length)
                .filter(c -> row == 0 || cells[row - 1][c] != cells[row][c])
                .filter(c -> row + 1 == cells.length || cells[row + 1][c] != cells[row][c])
                .mapToObj(c -> cells[row][c])
                .distinct()
                .filter(cell -> !cell.isEmpty())
                .toList();
    }

    private static boolean isBeside(PdfCell some, PdfCell other) {
        List<List<PdfWord>> lines = some.lines();
        List<List<PdfWord>> others = other.lines();
        float above = lines.get(0).get(0).y() - others.get(0).get(0).y();
        float below = lines.get(lines.size() - 1).get(0).y()
                - others.get(others.size() - 1).get(0).y();
        float least = Math.min(Math.abs(above + below) / 2, Math.min(Math.abs(above), Math.abs(below)));
        return least <= SAME_HEIGHT * lines.get(0).get(0).size();
    }
}
