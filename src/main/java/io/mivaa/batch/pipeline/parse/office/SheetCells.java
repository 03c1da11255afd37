package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The cells of a sheet, stored sparsely, and which of them are merged or hidden. Not thread-safe. */
public final class SheetCells {

    private static final int MOST_MERGED = 10_000;

    /** As many as Excel has. Further rows are not marked as hidden. */
    private static final int MOST_ROWS = 1 << 20;

    private final Grid.Budget budget;
    private final NavigableMap<Integer, List<String>> rows = new TreeMap<>();
    private final List<int[]> merged = new ArrayList<>();
    private final BitSet hiddenRows = new BitSet();
    private final BitSet hiddenColumns = new BitSet();

    /** @param budget limits the number of cells of the document */
    public SheetCells(Grid.Budget budget) {
        this.budget = budget;
    }

    /** Sets a cell, 0-based. Ignores an empty cell, and a cell outside the sheet. */
    public void put(int row, int column, String text) {
        if (text.isEmpty() || row < 0 || column < 0) {
            return;
        }
        List<String> cells = rows.computeIfAbsent(row, any -> new ArrayList<>());
        budget.take(Math.max(1, column + 1 - cells.size()));
        while (cells.size() <= column) {
            cells.add("");
        }
        cells.set(column, text);
    }

    /** Merges cells, ends included. Columns are merged in headers only, rows everywhere. */
    public void merge(int firstRow, int firstColumn, int lastRow, int lastColumn) {
        if (firstRow >= 0 && firstColumn >= 0 && lastRow >= firstRow && lastColumn >= firstColumn) {
            if (merged.size() < MOST_MERGED) {
                merged.add(new int[] {firstRow, firstColumn, lastRow, lastColumn});
            }
        }
    }

    /** Ends included, 0-based. */
    public void hideRows(int first, int last) {
        hide(hiddenRows, first, last);
    }

    /** Ends included, 0-based. */
    public void hideColumns(int first, int last) {
        hide(hiddenColumns, first, last);
    }

    /** Shows rows again, because only a filter hides them. Ends included, 0-based. */
    public void showRows(int first, int last) {
        if (first >= 0 && last >= first) {
            hiddenRows.clear(first, last == Integer.MAX_VALUE ? last : last + 1);
        }
    }

    private static void hide(BitSet hidden, int first, int last) {
        if (first >= 0 && first < MOST_ROWS && last >= first) {
            hidden.set(first, Math.min(last, MOST_ROWS - 1) + 1);
        }
    }

    /** Removes the hidden cells. The remaining rows move together. */
    public void leaveOutHidden(HiddenCells hidden) {
        filled();
        hidden.cells(withoutHiddenRows(), withoutHiddenColumns());
        rows.values().removeIf(row -> row.stream().allMatch(String::isEmpty));
    }

    private int withoutHiddenRows() {
        NavigableMap<Integer, List<String>> shown = new TreeMap<>();
        int before = 0;
        int last = 0;
        for (Map.Entry<Integer, List<String>> row : rows.entrySet()) {
            before += hiddenRows.get(last, row.getKey()).cardinality();
            last = row.getKey();
            if (!hiddenRows.get(last)) {
                shown.put(last - before, row.getValue());
            }
        }
        int removed = rows.size() - shown.size();
        rows.clear();
        rows.putAll(shown);
        merged.removeIf(area -> hiddenRows.nextClearBit(area[0]) > area[2]);
        for (int[] area : merged) {
            area[0] -= hiddenRows.get(0, area[0]).cardinality();
            area[2] -= hiddenRows.get(0, area[2] + 1).cardinality();
        }
        return removed;
    }

    private int withoutHiddenColumns() {
        BitSet gone = new BitSet();
        for (List<String> row : rows.values()) {
            int column = hiddenColumns.nextSetBit(0);
            while (column >= 0 && column < row.size()) {
                if (!row.set(column, "").isEmpty()) {
                    gone.set(column);
                }
                column = hiddenColumns.nextSetBit(column + 1);
            }
        }
        return gone.cardinality();
    }

    /** Whether no cell has text. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The rows that have text, by number. A merged cell is repeated in each of its rows that has other cells. */
    NavigableMap<Integer, List<String>> filled() {
        for (int[] area : merged) {
            String text = at(area[0], area[1]);
            for (int row :
                    List.copyOf(rows.subMap(area[0], false, area[2], true).keySet())) {
                put(row, area[1], at(row, area[1]).isEmpty() ? text : at(row, area[1]));
            }
        }
        return rows;
    }

    /** The text of a header row in a column: that of the cell, or of the merged cell that covers it. */
    String over(int row, int column) {
        String own = at(row, column);
        if (!own.isEmpty()) {
            return own;
        }
        for (int[] area : merged) {
            if (row >= area[0] && row <= area[2] && column >= area[1] && column <= area[3]) {
                return at(area[0], area[1]);
            }
        }
        return "";
    }

    String at(int row, int column) {
        List<String> cells = rows.getOrDefault(row, List.of());
        return column < cells.size() ? cells.get(column) : "";
    }

    int width(int row) {
        return rows.getOrDefault(row, List.of()).size();
    }
}
