package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Divides a row of a grid that contains several rows without lines between them. */
final class PdfCellRows {

    private static final float SAME_HEIGHT = 2.5f;
    private static final int MOST_WORDS = 4;

    private final List<PdfCell> row;
    private final List<Float> heights;

    private PdfCellRows(List<PdfCell> row, List<Float> heights) {
        this.row = row;
        this.heights = heights;
    }

    /**
     * @param above the previous row: a cell that it shares with this one is not divided
     * @param only whether the grid has hardly any horizontal line, so that the first column shows the rows
     * @return the row itself, or the rows in it
     */
    static List<List<PdfCell>> of(List<PdfCell> row, List<PdfCell> above, boolean only) {
        Set<PdfCell> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        shared.addAll(above);
        List<PdfCell> own = row.stream()
                .distinct()
                .filter(cell -> !shared.contains(cell) && !cell.isEmpty())
                .toList();
        List<Float> common = common(own);
        if (common.size() < 2 && only && !row.isEmpty()) {
            common = starts(row.get(0));
        }
        return common.size() < 2 ? List.of(row) : new PdfCellRows(row, common).divided();
    }

    /** The base lines that most cells have in common; none when their lines have many words. */
    private static List<Float> common(List<PdfCell> cells) {
        List<List<Float>> each = cells.stream().map(PdfCellRows::heights).toList();
        int most = each.stream().mapToInt(List::size).max().orElse(0);
        List<Float> longest = each.stream()
                .filter(heights -> heights.size() == most)
                .findFirst()
                .orElse(List.of());
        long same = each.stream().filter(heights -> agree(heights, longest)).count();
        boolean brief = cells.stream()
                        .flatMap(cell -> cell.lines().stream())
                        .mapToInt(List::size)
                        .average()
                        .orElse(0)
                <= MOST_WORDS;
        long numbers = cells.stream()
                .flatMap(cell -> cell.lines().stream())
                .filter(line -> line.size() == 1 && PdfCell.isNumber(line.get(0).text()))
                .count();
        boolean numeric = numbers >= most;
        return most >= 2 && same >= 2 && 10 * same >= 6L * each.size() && brief && numeric ? longest : List.of();
    }

    private static boolean agree(List<Float> some, List<Float> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (Math.abs(some.get(i) - others.get(i)) > SAME_HEIGHT) {
                return false;
            }
        }
        return true;
    }

    private static List<Float> starts(PdfCell first) {
        List<Float> heights = heights(first);
        return heights.size() < 3 ? List.of() : heights;
    }

    private static List<Float> heights(PdfCell cell) {
        return cell.lines().stream().map(line -> line.get(0).y()).toList();
    }

    private List<List<PdfCell>> divided() {
        List<List<PdfCell>> rows = new ArrayList<>();
        for (int i = 0; i < heights.size(); i++) {
            rows.add(new ArrayList<>());
        }
        IdentityHashMap<PdfCell, List<PdfCell>> parts = new IdentityHashMap<>();
        for (PdfCell cell : row) {
            List<PdfCell> pieces = parts.computeIfAbsent(cell, this::pieces);
            for (int i = 0; i < heights.size(); i++) {
                rows.get(i).add(pieces.get(i));
            }
        }
        return rows;
    }

    /** A cell with at most one line belongs to all rows. */
    private List<PdfCell> pieces(PdfCell cell) {
        List<PdfCell> pieces = new ArrayList<>();
        if (cell.lines().size() < heights.size() && cell.lines().size() <= 1) {
            pieces.addAll(Collections.nCopies(heights.size(), cell));
            return pieces;
        }
        for (int i = 0; i < heights.size(); i++) {
            pieces.add(new PdfCell());
        }
        for (List<PdfWord> line : cell.lines()) {
            int at = 0;
            while (at + 1 < heights.size() && line.get(0).y() >= heights.get(at + 1) - SAME_HEIGHT) {
                at++;
            }
            for (PdfWord word : line) {
                pieces.get(at).add(word);
            }
        }
        return pieces;
    }
}
