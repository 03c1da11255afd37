package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Reads a table of a DoclingDocument, whose cells are listed one by one or in a grid. */
final class DoclingTable {

    private static final int MOST = 10_000;

    private DoclingTable() {}

    static Grid grid(JsonNode data, Grid.Budget budget) {
        JsonNode rows = data.path("grid");
        return rows.isArray() && !rows.isEmpty() ? ofGrid(rows, budget) : ofCells(data, budget);
    }

    /** The grid repeats a cell in each row and column that it spans. */
    private static Grid ofGrid(JsonNode rows, Grid.Budget budget) {
        Grid grid = new Grid(budget);
        int number = 0;
        for (JsonNode row : rows) {
            grid.row(!row.isEmpty() && isHeader(row));
            int column = 0;
            for (JsonNode cell : row) {
                boolean left = cell.path("start_col_offset_idx").asInt(column) < column;
                boolean above = cell.path("start_row_offset_idx").asInt(number) < number;
                if (left && !above) {
                    grid.covered();
                } else {
                    grid.cell(left ? "" : cell.path("text").asString(""), 1, 1);
                }
                column++;
            }
            number++;
        }
        return grid;
    }

    private static boolean isHeader(JsonNode row) {
        for (JsonNode cell : row) {
            if (!cell.path("column_header").asBoolean(false)) {
                return false;
            }
        }
        return true;
    }

    private static Grid ofCells(JsonNode data, Grid.Budget budget) {
        int height = Math.min(Math.max(0, data.path("num_rows").asInt(0)), MOST);
        int width = Math.min(Math.max(0, data.path("num_cols").asInt(0)), MOST);
        budget.take((int) Math.min(Integer.MAX_VALUE / 2, (long) height * width));
        JsonNode[][] places = new JsonNode[height][width];
        for (JsonNode cell : data.path("table_cells")) {
            int row = cell.path("start_row_offset_idx").asInt(-1);
            int column = cell.path("start_col_offset_idx").asInt(-1);
            if (row >= 0 && row < height && column >= 0 && column < width) {
                places[row][column] = cell;
            }
        }
        return ofPlaces(places, budget);
    }

    private static Grid ofPlaces(JsonNode[][] places, Grid.Budget budget) {
        Grid grid = new Grid(budget);
        for (JsonNode[] row : places) {
            grid.row(isHeader(row));
            for (JsonNode cell : row) {
                if (cell == null) {
                    grid.covered();
                } else {
                    int rows = Math.max(1, Math.min(cell.path("row_span").asInt(1), places.length));
                    grid.cell(cell.path("text").asString(""), 1, rows);
                }
            }
        }
        return grid;
    }

    private static boolean isHeader(JsonNode[] row) {
        return row.length > 0
                && Arrays.stream(row)
                        .allMatch(cell ->
                                cell == null || cell.path("column_header").asBoolean(false));
    }
}
