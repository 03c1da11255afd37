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
 * A table that is being read cell by cell, with every place of the grid given. A cell that spans rows stands in each of
 * them; one that spans columns stands in each column of a header, else in the first only. Not thread-safe.
 */
public final class Grid {

    private static final int WIDEST = 16_384;

    /** Covered by the cell to the left; compared by identity. */
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

    /** How many cells all tables of a document may still have. */
    public static final class Budget {
        private final int most;
        private int cells;

        public Budget(int most) {
            this.most = most;
        }

        /** @throws Rejected when that is more than is allowed */
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

    /** @param rowSpan how many rows it stands in, this one included */
    public void cell(String text, int columns, int rowSpan) {
        int column = current().size();
        add(CleanText.line(text), columns);
        for (int i = column; rowSpan > 1 && i < current().size(); i++) {
            rowsLeft.put(i, rowSpan - 1);
        }
    }

    /** Cells that belong to the one above. */
    public void continued(int columns) {
        int column = current().size();
        List<String> above = rows.size() < 2 ? List.of() : rows.get(rows.size() - 2);
        add(column < above.size() ? above.get(column) : "", columns);
    }

    /** A cell that belongs to the one above or to the left, whichever reaches here. */
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

    /** The rows as text, when they are too few or too narrow to be a table. */
    public String text() {
        return rows.stream()
                .map(row -> row.stream().filter(cell -> !cell.isEmpty()).collect(Collectors.joining(" ")))
                .filter(row -> !row.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    /** @return null when it has a single column or a single row, and so is none */
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

    /** @param grid of equally long rows */
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
