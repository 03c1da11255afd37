package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables that are drawn with lines. Horizontal and vertical lines that meet form a grid; places of the grid
 * without a line between them are one cell (Nurminen, Algorithmic extraction of data in tables in PDF documents, 2013,
 * section 3.1).
 */
final class PdfGrid {

    /** Distance in points at which two parallel lines are one line of the grid. */
    private static final float SAME = 4;

    /** A line that extends this many points beyond the outermost parallel shows an open side of the grid. */
    private static final float OPEN = 8;

    private static final int MOST_CELLS = 20_000;
    private static final int FEWEST_WORDS = 4;

    private final List<PdfRuling> levels;
    private final List<PdfRuling> uprights;
    private final List<Float> xs;
    private final List<Float> ys;
    private final int columns;
    private final int rows;

    private PdfGrid(List<PdfRuling> lines) {
        this.levels = lines.stream().filter(PdfRuling::level).toList();
        this.uprights = lines.stream().filter(line -> !line.level()).toList();
        this.xs = places(uprights, levels);
        this.ys = places(levels, uprights);
        this.columns = xs.size() - 1;
        this.rows = ys.size() - 1;
    }

    /**
     * @param rulings {@link PdfRulingGroups#joined}
     * @param words all in the direction by which the lines were turned
     */
    static List<PdfFoundTable> tables(List<PdfRuling> rulings, List<PdfWord> words) {
        List<PdfFoundTable> tables = new ArrayList<>();
        for (List<PdfRuling> lines : PdfRulingGroups.connected(rulings)) {
            PdfFoundTable table = new PdfGrid(lines).table(words);
            if (table != null) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** Where the lines of one kind are, and where those of the other kind end beyond them: the open sides of a grid. */
    private static List<Float> places(List<PdfRuling> lines, List<PdfRuling> others) {
        List<Float> places = new ArrayList<>();
        lines.stream().map(PdfRuling::at).sorted().forEach(at -> {
            if (places.isEmpty() || at - places.get(places.size() - 1) > SAME) {
                places.add(at);
            }
        });
        float from = (float) others.stream().mapToDouble(PdfRuling::from).min().orElse(0);
        float to = (float) others.stream().mapToDouble(PdfRuling::to).max().orElse(0);
        if (!places.isEmpty() && places.get(0) - from > OPEN) {
            places.add(0, from);
        }
        if (!places.isEmpty() && to - places.get(places.size() - 1) > OPEN) {
            places.add(to);
        }
        return places;
    }

    private @Nullable PdfFoundTable table(List<PdfWord> all) {
        if (columns < 2 || rows < 1 || columns * rows > MOST_CELLS) {
            return null;
        }
        List<PdfWord> words = all.stream().filter(this::holds).toList();
        PdfCell[][] cells = cells();
        int across = fill(cells, words);
        if (words.size() < FEWEST_WORDS || across > 0.1 * words.size() || !PdfGridEvidence.isTable(cells)) {
            return null;
        }
        PdfCells.Made made = rowsOf(cells).table();
        if (made == null) {
            return null;
        }
        PdfBox box = new PdfBox(xs.get(0), ys.get(0), xs.get(columns), ys.get(rows));
        return PdfFoundTable.of(made, edges(made.columns()), box, words);
    }

    private List<float[]> edges(List<Integer> kept) {
        return kept.stream().map(c -> new float[] {xs.get(c), xs.get(c + 1)}).toList();
    }

    /** @return how many words cross a line */
    private int fill(PdfCell[][] cells, List<PdfWord> words) {
        int across = 0;
        for (PdfWord word : words) {
            int row = index(ys, middle(word));
            int column = index(xs, (word.x0() + word.x1()) / 2);
            cells[row][column].add(word);
            across += crosses(word, row, column) ? 1 : 0;
        }
        return across;
    }

    private PdfCells rowsOf(PdfCell[][] cells) {
        PdfCells grid = new PdfCells(columns);
        for (int r = 0; r < rows; r++) {
            List<PdfCell> above = r > 0 ? List.of(cells[r - 1]) : List.of();
            PdfCellRows.of(List.of(cells[r]), above, rows <= 2).forEach(grid::add);
        }
        return grid;
    }

    /** The same cell for all places that no line separates. */
    private PdfCell[][] cells() {
        PdfGroups groups = groups();
        Map<Integer, PdfCell> known = new HashMap<>();
        PdfCell[][] cells = new PdfCell[rows][columns];
        for (int i = 0; i < groups.size(); i++) {
            cells[i / columns][i % columns] = known.computeIfAbsent(groups.of(i), group -> new PdfCell());
        }
        return cells;
    }

    private PdfGroups groups() {
        PdfGroups groups = new PdfGroups(rows * columns);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                if (c + 1 < columns && !divided(uprights, xs.get(c + 1), ys.get(r), ys.get(r + 1))) {
                    groups.join(r * columns + c, r * columns + c + 1);
                }
                if (r + 1 < rows && !divided(levels, ys.get(r + 1), xs.get(c), xs.get(c + 1))) {
                    groups.join(r * columns + c, (r + 1) * columns + c);
                }
            }
        }
        return groups;
    }

    private static boolean divided(List<PdfRuling> lines, float at, float from, float to) {
        float middle = (from + to) / 2;
        return lines.stream()
                .anyMatch(line -> Math.abs(line.at() - at) <= SAME && line.from() <= middle && line.to() >= middle);
    }

    private boolean holds(PdfWord word) {
        float x = (word.x0() + word.x1()) / 2;
        float y = middle(word);
        return x > xs.get(0) && x < xs.get(columns) && y > ys.get(0) && y < ys.get(rows);
    }

    private boolean crosses(PdfWord word, int row, int column) {
        float slack = 0.5f * word.size();
        boolean left = column > 0 && word.x0() < xs.get(column) - slack && isDividedAt(column, row);
        boolean right = column + 1 < columns && word.x1() > xs.get(column + 1) + slack && isDividedAt(column + 1, row);
        return left || right;
    }

    private boolean isDividedAt(int x, int row) {
        return divided(uprights, xs.get(x), ys.get(row), ys.get(row + 1));
    }

    private static float middle(PdfWord word) {
        return word.y() - 0.3f * word.size();
    }

    private static int index(List<Float> places, float at) {
        int index = 0;
        while (index + 2 < places.size() && at >= places.get(index + 1)) {
            index++;
        }
        return index;
    }
}
