package io.mivaa.batch.pipeline.parse.page;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes tables as GitHub Flavored Markdown, and pads rows to equal width. */
public final class TableText {

    /** Of a table whose rows are padded, whatever the limit of a document is. */
    public static final int MOST_CELLS = 4_000_000;

    private TableText() {}

    /** Escapes the pipes of cells and turns their line ends into spaces. Empty when every cell is blank. */
    static String markdown(Table table) {
        int width = table.headers().size();
        for (List<String> row : table.rows()) {
            width = Math.max(width, row.size());
        }
        if (width == 0 || isBlank(table)) {
            return "";
        }
        StringBuilder grid = new StringBuilder();
        row(grid, table.headers(), width);
        grid.append("\n|").append(" --- |".repeat(width));
        for (List<String> row : table.rows()) {
            row(grid.append('\n'), row, width);
        }
        return grid.toString();
    }

    private static boolean isBlank(Table table) {
        return table.headers().stream().allMatch(String::isBlank)
                && table.rows().stream().flatMap(List::stream).allMatch(String::isBlank);
    }

    private static void row(StringBuilder grid, List<String> cells, int width) {
        grid.append('|');
        for (int i = 0; i < width; i++) {
            String cell = i < cells.size() ? CleanText.line(cells.get(i)) : "";
            grid.append(' ').append(cell.replace("|", "\\|")).append(" |");
        }
    }

    /**
     * Pads every row to the length of the longest one.
     *
     * @throws Rejected when that makes far more cells than a document may have: one long row among many short ones
     */
    public static List<List<String>> padded(List<List<String>> rows) {
        int width = rows.stream().mapToInt(List::size).max().orElse(0);
        if ((long) width * rows.size() > MOST_CELLS) {
            throw new Rejected(
                    "too-many-cells", "A table of the document has more cells than the limit of " + MOST_CELLS + ".");
        }
        return rows.stream().map(row -> padded(row, width)).toList();
    }

    private static List<String> padded(List<String> row, int width) {
        if (row.size() == width) {
            return row;
        }
        List<String> wide = new ArrayList<>(row);
        wide.addAll(Collections.nCopies(width - row.size(), ""));
        return wide;
    }

    /** Whether some row is shorter than another. */
    public static boolean isRagged(List<List<String>> rows) {
        return rows.stream().mapToInt(List::size).distinct().count() > 1;
    }
}
