package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A table whose cells state their right edges, not the columns that they span: the binary format of Word and RTF store
 * tables like this. Not thread-safe.
 */
public final class EdgeTable {

    /** Edges nearer than this, in twentieths of a point, are the same edge. */
    private static final int SAME = 40;

    private final List<Row> rows = new ArrayList<>();

    /**
     * A cell.
     *
     * @param right edge in twentieths of a point
     * @param continued whether the cell continues the cell above it
     */
    public record Cell(String text, int right, boolean continued) {}

    private record Row(boolean header, List<Cell> cells) {}

    /** Adds a row. */
    public void row(boolean header, List<Cell> cells) {
        rows.add(new Row(header, List.copyOf(cells)));
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Converts the edges of all rows to columns. */
    public Grid grid(Grid.Budget budget) {
        NavigableMap<Integer, Integer> columns = columns();
        Grid grid = new Grid(budget);
        for (Row row : rows) {
            grid.row(row.header);
            int last = -1;
            for (Cell cell : row.cells) {
                int column = Math.max(last + 1, columns.floorEntry(cell.right).getValue());
                if (cell.continued) {
                    grid.continued(column - last);
                } else {
                    grid.cell(cell.text, column - last, 1);
                }
                last = column;
            }
        }
        return grid;
    }

    /** The number of each column, by the leftmost of its right edges. */
    private NavigableMap<Integer, Integer> columns() {
        TreeSet<Integer> edges = new TreeSet<>();
        rows.forEach(row -> row.cells.forEach(cell -> edges.add(cell.right)));
        TreeMap<Integer, Integer> columns = new TreeMap<>();
        long last = 0;
        for (int edge : edges) {
            if (columns.isEmpty() || edge - last > SAME) {
                columns.put(edge, columns.size());
            }
            last = edge;
        }
        return columns;
    }
}
