package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.parse.office.EdgeTable;
import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.ArrayList;
import java.util.List;

/** Gathers the rows of an RTF table. Control words apart from the cells define a row. Not thread-safe. */
final class RtfRows {

    /** The width of a cell without a definition, in twentieths of a point. */
    private static final int USUAL_WIDTH = 1440;

    private static final int WIDEST = 16_384;

    private final List<Definition> definitions = new ArrayList<>();
    private final List<String> cells = new ArrayList<>();
    private EdgeTable table = new EdgeTable();
    private boolean header;
    private boolean continued;
    private boolean merged;

    /** @param merged with the cell to its left */
    private record Definition(int right, boolean continued, boolean merged) {}

    /** Takes a word of a row's definition. Ignores other words. */
    void read(RtfTokens rtf) {
        switch (rtf.word()) {
            case "trowd" -> {
                definitions.clear();
                header = false;
                continued = false;
                merged = false;
            }
            case "trhdr" -> header = rtf.isOn();
            case "clvmrg" -> continued = true;
            case "clmrg" -> merged = true;
            case "cellx" -> {
                if (definitions.size() < WIDEST) {
                    definitions.add(new Definition(rtf.number(0), continued, merged));
                }
                continued = false;
                merged = false;
            }
            default -> {}
        }
    }

    /** Whether a row has cells but has not ended. */
    boolean isRowOpen() {
        return !cells.isEmpty();
    }

    boolean isEmpty() {
        return cells.isEmpty() && table.isEmpty();
    }

    void cell(String text) {
        if (cells.size() < WIDEST) {
            cells.add(text);
        }
    }

    void endRow() {
        List<EdgeTable.Cell> row = new ArrayList<>();
        int right = 0;
        for (int i = 0; i < cells.size(); i++) {
            boolean defined = i < definitions.size();
            right = defined ? definitions.get(i).right : right + USUAL_WIDTH;
            if (defined && definitions.get(i).merged && !row.isEmpty()) {
                EdgeTable.Cell left = row.remove(row.size() - 1);
                row.add(new EdgeTable.Cell(left.text() + " " + cells.get(i), right, left.continued()));
            } else {
                row.add(new EdgeTable.Cell(cells.get(i), right, defined && definitions.get(i).continued));
            }
        }
        if (!row.isEmpty()) {
            table.row(header, row);
        }
        cells.clear();
    }

    /** Returns the table up to this row, and begins the next table. */
    Grid take(Grid.Budget budget) {
        endRow();
        Grid grid = table.grid(budget);
        table = new EdgeTable();
        return grid;
    }
}
