package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.HeaderRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finds the tables and texts on a sheet. Consecutive rows with several cells are a table; a cell alone in its row is
 * text. A blank row ends a table only when a row after it looks like a new header. Not thread-safe.
 */
public final class SheetTables {

    private final SheetCells cells;
    private final OfficeFlow flow;
    private final List<Integer> open = new ArrayList<>();

    private SheetTables(SheetCells cells, OfficeFlow flow) {
        this.cells = cells;
        this.flow = flow;
    }

    /** Writes the tables and texts of a sheet in the order of their rows. */
    public static void write(SheetCells cells, OfficeFlow flow) {
        SheetTables tables = new SheetTables(cells, flow);
        Map<Integer, List<String>> rows = cells.filled();
        int last = -1;
        for (Map.Entry<Integer, List<String>> row : rows.entrySet()) {
            boolean afterGap = last >= 0 && row.getKey() > last + 1;
            tables.row(row.getKey(), row.getValue(), afterGap, rows);
            last = row.getKey();
        }
        tables.end();
    }

    private void row(int number, List<String> row, boolean afterGap, Map<Integer, List<String>> rows) {
        boolean alone = filled(row) == 1;
        if (afterGap && startsAnew(number, row, rows)) {
            end();
        }
        if (alone && open.isEmpty()) {
            flow.paragraph(row.get(row.size() - 1));
        } else {
            open.add(number);
        }
    }

    private static long filled(List<String> row) {
        return row.stream().filter(cell -> !cell.isEmpty()).count();
    }

    /** Whether a table can begin here: at a single cell, or at a row without numbers above another row. */
    private static boolean startsAnew(int number, List<String> row, Map<Integer, List<String>> rows) {
        boolean words = row.stream().noneMatch(cell -> !cell.isEmpty() && HeaderRows.isNumber(cell));
        List<String> below = rows.get(number + 1);
        return filled(row) == 1 || (words && below != null && filled(below) > 1);
    }

    private void end() {
        if (open.isEmpty()) {
            return;
        }
        List<Integer> trailing = trailingLines();
        List<Integer> columns = columns();
        List<List<String>> grid = new ArrayList<>();
        for (int row : open) {
            grid.add(columns.stream().map(column -> cells.at(row, column)).toList());
        }
        if (grid.size() == 1 || columns.size() == 1) {
            grid.forEach(row -> flow.paragraph(String.join(" ", row)));
        } else {
            flow.table(table(grid, columns));
        }
        for (int row : trailing) {
            columns(List.of(row)).forEach(column -> flow.paragraph(cells.at(row, column)));
        }
        open.clear();
    }

    private Table table(List<List<String>> grid, List<Integer> columns) {
        int heads = HeaderRows.guess(grid);
        List<List<String>> headed = new ArrayList<>(grid);
        for (int i = 0; i < heads; i++) {
            int row = open.get(i);
            headed.set(
                    i, columns.stream().map(column -> cells.over(row, column)).toList());
        }
        return Grid.table(headed, heads, null);
    }

    /** Removes the single cells at the end of a table: they are notes on it, not rows. */
    private List<Integer> trailingLines() {
        int end = open.size();
        while (end > 1 && columns(List.of(open.get(end - 1))).size() == 1) {
            end--;
        }
        List<Integer> trailing = new ArrayList<>(open.subList(end, open.size()));
        open.subList(end, open.size()).clear();
        return trailing;
    }

    private List<Integer> columns() {
        return columns(open);
    }

    private List<Integer> columns(List<Integer> rows) {
        TreeSet<Integer> columns = new TreeSet<>();
        for (int row : rows) {
            for (int column = 0; column < cells.width(row); column++) {
                if (!cells.at(row, column).isEmpty()) {
                    columns.add(column);
                }
            }
        }
        return List.copyOf(columns);
    }
}
