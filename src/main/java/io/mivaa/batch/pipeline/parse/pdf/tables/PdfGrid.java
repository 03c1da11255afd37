package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfCells.Cell;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables that are drawn with lines: level and upright lines that meet form a grid; where none divides two of
 * its places they are one cell (as Nurminen, Algorithmic extraction of data in tables in PDF documents, 2013, section
 * 3.1).
 */
public final class PdfGrid {

    private static final float MEET = 3;
    private static final float SAME = 4;
    private static final float OPEN = 8;
    private static final int MOST_LINES = 1500;
    private static final int MOST_CELLS = 20_000;

    private final List<Ruling> levels;
    private final List<Ruling> uprights;
    private final List<Float> xs;
    private final List<Float> ys;

    private PdfGrid(List<Ruling> lines) {
        this.levels = lines.stream().filter(Ruling::level).toList();
        this.uprights = lines.stream().filter(line -> !line.level()).toList();
        this.xs = places(uprights, levels);
        this.ys = places(levels, uprights);
    }

    /**
     * @param rulings {@link #joined}
     * @param words those of the direction that the lines were turned by
     */
    public static List<PdfFoundTable> tables(List<Ruling> rulings, List<PdfWord> words) {
        List<PdfFoundTable> tables = new ArrayList<>();
        for (List<Ruling> lines : connected(rulings)) {
            PdfFoundTable table = new PdfGrid(lines).table(words);
            if (table != null) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** Pieces of one line as one. */
    public static List<Ruling> joined(List<Ruling> rulings) {
        List<Ruling> joined = new ArrayList<>();
        for (boolean level : new boolean[] {true, false}) {
            List<Ruling> sorted = new ArrayList<>(
                    rulings.stream().filter(line -> line.level() == level).toList());
            sorted.sort(Comparator.comparingDouble(Ruling::at));
            int from = 0;
            for (int i = 1; i <= sorted.size(); i++) {
                if (i == sorted.size()
                        || sorted.get(i).at() - sorted.get(i - 1).at() > 1
                        || sorted.get(i).at() - sorted.get(from).at() > 2) {
                    join(sorted.subList(from, i), joined);
                    from = i;
                }
            }
        }
        return joined;
    }

    private static void join(List<Ruling> sameHeight, List<Ruling> joined) {
        List<Ruling> sorted = new ArrayList<>(sameHeight);
        sorted.sort(Comparator.comparingDouble(Ruling::from));
        Ruling open = null;
        for (Ruling next : sorted) {
            if (open != null && next.from() - open.to() <= MEET) {
                open = new Ruling(open.level(), open.at(), open.from(), Math.max(open.to(), next.to()));
            } else {
                if (open != null) {
                    joined.add(open);
                }
                open = next;
            }
        }
        if (open != null) {
            joined.add(open);
        }
    }

    /** Lines that meet each other, directly or by others. */
    private static List<List<Ruling>> connected(List<Ruling> lines) {
        if (lines.size() > MOST_LINES) {
            return List.of();
        }
        int[] group = IntStream.range(0, lines.size()).toArray();
        for (int i = 0; i < lines.size(); i++) {
            for (int j = i + 1; j < lines.size(); j++) {
                if (meet(lines.get(i), lines.get(j))) {
                    union(group, i, j);
                }
            }
        }
        Map<Integer, List<Ruling>> groups = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            groups.computeIfAbsent(find(group, i), g -> new ArrayList<>()).add(lines.get(i));
        }
        return groups.values().stream()
                .filter(each -> each.size() >= 4)
                .sorted(Comparator.comparingDouble(
                        each -> each.stream().mapToDouble(Ruling::at).min().orElse(0)))
                .toList();
    }

    private static boolean meet(Ruling a, Ruling b) {
        return a.level() != b.level()
                && b.at() >= a.from() - MEET
                && b.at() <= a.to() + MEET
                && a.at() >= b.from() - MEET
                && a.at() <= b.to() + MEET;
    }

    private static int find(int[] group, int i) {
        int root = i;
        while (group[root] != root) {
            root = group[root];
        }
        group[i] = root;
        return root;
    }

    private static void union(int[] group, int i, int j) {
        group[find(group, i)] = find(group, j);
    }

    /** Where lines of one kind stand, and where those of the other end beyond them: the open sides of a grid. */
    private static List<Float> places(List<Ruling> lines, List<Ruling> others) {
        List<Float> sorted = lines.stream().map(Ruling::at).sorted().toList();
        List<Float> places = new ArrayList<>();
        for (float at : sorted) {
            if (places.isEmpty() || at - places.get(places.size() - 1) > SAME) {
                places.add(at);
            }
        }
        float from = (float) others.stream().mapToDouble(Ruling::from).min().orElse(0);
        float to = (float) others.stream().mapToDouble(Ruling::to).max().orElse(0);
        if (!places.isEmpty() && places.get(0) - from > OPEN) {
            places.add(0, from);
        }
        if (!places.isEmpty() && to - places.get(places.size() - 1) > OPEN) {
            places.add(to);
        }
        return places;
    }

    private @Nullable PdfFoundTable table(List<PdfWord> all) {
        int columns = xs.size() - 1;
        int rows = ys.size() - 1;
        if (columns < 2 || rows < 1 || columns * rows > MOST_CELLS) {
            return null;
        }
        List<PdfWord> words = all.stream().filter(this::holds).toList();
        Cell[][] cells = cells(rows, columns);
        int across = 0;
        for (PdfWord word : words) {
            int row = index(ys, middle(word));
            int column = index(xs, (word.x0() + word.x1()) / 2);
            cells[row][column].add(word);
            across += crosses(word, row, column) ? 1 : 0;
        }
        if (words.size() < 4 || across > 0.1 * words.size() || !PdfGridEvidence.isTable(cells)) {
            return null;
        }
        PdfCells grid = new PdfCells(columns);
        for (int r = 0; r < rows; r++) {
            PdfCellRows.of(List.of(cells[r]), r > 0 ? List.of(cells[r - 1]) : List.of(), rows <= 2)
                    .forEach(grid::add);
        }
        PdfCells.Made made = grid.table();
        if (made == null) {
            return null;
        }
        List<float[]> places = made.columns().stream()
                .map(c -> new float[] {xs.get(c), xs.get(c + 1)})
                .toList();
        PdfBox box = new PdfBox(xs.get(0), ys.get(0), xs.get(columns), ys.get(rows));
        return PdfFoundTable.of(made, places, box, words);
    }

    /** The same cell wherever no line divides two places. */
    private Cell[][] cells(int rows, int columns) {
        int[] group = IntStream.range(0, rows * columns).toArray();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                if (c + 1 < columns && !divided(uprights, xs.get(c + 1), ys.get(r), ys.get(r + 1))) {
                    union(group, r * columns + c, r * columns + c + 1);
                }
                if (r + 1 < rows && !divided(levels, ys.get(r + 1), xs.get(c), xs.get(c + 1))) {
                    union(group, r * columns + c, (r + 1) * columns + c);
                }
            }
        }
        Map<Integer, Cell> known = new HashMap<>();
        Cell[][] cells = new Cell[rows][columns];
        for (int i = 0; i < group.length; i++) {
            cells[i / columns][i % columns] = known.computeIfAbsent(find(group, i), g -> new Cell());
        }
        return cells;
    }

    private static boolean divided(List<Ruling> lines, float at, float from, float to) {
        float middle = (from + to) / 2;
        return lines.stream()
                .anyMatch(line -> Math.abs(line.at() - at) <= SAME && line.from() <= middle && line.to() >= middle);
    }

    private boolean holds(PdfWord word) {
        float x = (word.x0() + word.x1()) / 2;
        float y = middle(word);
        return x > xs.get(0)
                && x < xs.get(xs.size() - 1)
                && y > ys.get(0)
                && y < ys.get(ys.size() - 1);
    }

    private boolean crosses(PdfWord word, int row, int column) {
        float slack = 0.5f * word.size();
        return (column > 0
                        && word.x0() < xs.get(column) - slack
                        && divided(uprights, xs.get(column), ys.get(row), ys.get(row + 1)))
                || (column + 2 < xs.size()
                        && word.x1() > xs.get(column + 1) + slack
                        && divided(uprights, xs.get(column + 1), ys.get(row), ys.get(row + 1)));
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
