package io.mivaa.batch.pipeline.parse.page;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a table from its cells, one after the other, and fills every place of the grid. A cell that spans rows is
 * repeated in each of them. A header cell that spans columns is repeated in each of them too; a data cell appears only
 * in the first. Not thread-safe.
 */
public final class Grid {

    private static final int WIDEST = 16_384;

    /** Marks a place that the cell to the left covers. Compared by identity. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    private static final String COVERED = new String("");

    private final Budget budget;
    private final List<List<String>> rows = new ArrayList<>();
    private final Map<Integer, Integer> rowsLeft = new HashMap<>();
    private int headerRows;
    private boolean headersEnded;

    public Grid(Budget budget) {
        this.budget = budget;
    }

    /** The remaining number of cells that all tables of a document may have. */
    public static final class Budget {
        private final int most;
        private int cells;

        public Budget(int most) {
            this.most = most;
        }

        /** @throws Rejected when the document has more cells than that */
        public void take(int more) {
            cells += more;
            if (cells > most || cells < 0) {
                throw new Rejected(
                        "too-many-cells", "The document has more table cells than the limit of " + most + ".");
            }
        }
    }

    public void row(boolean header) {
        rows.add(new ArrayList<>());
        headersEnded |= !header;
        headerRows += headersEnded ? 0 : 1;
    }

    /** @param rowSpan the number of rows that the cell spans, including this one */
    public void cell(String text, int columns, int rowSpan) {
        int column = current().size();
        add(CleanText.line(text), columns);
        for (int i = column; rowSpan > 1 && i < current().size(); i++) {
            rowsLeft.put(i, rowSpan - 1);
        }
    }

    /** Places that belong to the cells above. */
    public void continued(int columns) {
        int column = current().size();
        List<String> above = rows.size() < 2 ? List.of() : rows.get(rows.size() - 2);
        add(column < above.size() ? above.get(column) : "", columns);
    }

    /** A place that belongs to the cell above or to the left, whichever spans it. */
    public void covered() {
        int column = current().size();
        int left = rowsLeft.getOrDefault(column, 0);
        if (left > 0) {
            rowsLeft.put(column, left - 1);
            continued(1);
        } else {
            budget.take(1);
            current().add(COVERED);
        }
    }

    private void add(String text, int columns) {
        int room = Math.max(0, Math.min(columns, WIDEST - current().size()));
        budget.take(room);
        for (int i = 0; i < room; i++) {
            current().add(i == 0 ? text : COVERED);
        }
    }

    private List<String> current() {
        if (rows.isEmpty()) {
            row(false);
        }
        return rows.get(rows.size() - 1);
    }

    /** The rows as text, for a grid that is too small to be a table. */
    public String text() {
        return rows.stream()
                .map(row -> row.stream().filter(cell -> !cell.isEmpty()).collect(Collectors.joining(" ")))
                .filter(row -> !row.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    /** @return null when there is only one column or one row, which make no table */
    @Nullable
    public Table table(@Nullable String caption) {
        List<List<String>> grid = new ArrayList<>();
        int heads = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).stream().anyMatch(cell -> !cell.isEmpty())) {
                grid.add(rows.get(i));
                heads += i < headerRows ? 1 : 0;
            }
        }
        List<List<String>> even = withoutEmptyColumns(TableText.padded(grid));
        if (even.size() < 2 || even.get(0).size() < 2) {
            return null;
        }
        int named = heads == 0 || heads == even.size() ? HeaderRows.guess(even) : heads;
        return table(even, named, caption);
    }

    /** @param grid of rows of equal length */
    public static Table table(List<List<String>> grid, int heads, @Nullable String caption) {
        List<String> headers = new ArrayList<>();
        for (int column = 0; heads > 0 && column < grid.get(0).size(); column++) {
            headers.add(heading(grid.subList(0, heads), column));
        }
        return new Table(headers, grid.subList(heads, grid.size()), caption);
    }

    private static String heading(List<List<String>> heads, int column) {
        return heads.stream()
                .map(row -> spread(row, column))
                .filter(cell -> !cell.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    @SuppressWarnings("ReferenceEquality")
    private static String spread(List<String> row, int column) {
        int origin = column;
        while (origin > 0 && row.get(origin) == COVERED) {
            origin--;
        }
        return row.get(origin);
    }

    private static List<List<String>> withoutEmptyColumns(List<List<String>> rows) {
        int width = rows.isEmpty() ? 0 : rows.get(0).size();
        boolean[] used = new boolean[width];
        for (List<String> row : rows) {
            for (int i = 0; i < width; i++) {
                used[i] |= !row.get(i).isEmpty();
            }
        }
        List<List<String>> kept = new ArrayList<>();
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                if (used[i]) {
                    cells.add(row.get(i));
                }
            }
            kept.add(cells);
        }
        return kept;
    }
}
