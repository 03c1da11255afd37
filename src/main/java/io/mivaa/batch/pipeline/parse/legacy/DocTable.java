package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.parse.office.EdgeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.poi.hwpf.usermodel.Range;
import org.apache.poi.hwpf.usermodel.Table;
import org.apache.poi.hwpf.usermodel.TableCell;
import org.apache.poi.hwpf.usermodel.TableRow;

/** Converts a table of a Word document, whose cells state their edges. */
final class DocTable {

    private DocTable() {}

    /** @param lines returns the text of a cell */
    static EdgeTable of(Table table, Function<Range, String> lines) {
        EdgeTable rows = new EdgeTable();
        for (int i = 0; i < table.numRows(); i++) {
            TableRow row = table.getRow(i);
            rows.row(row.isTableHeader(), cells(row, lines));
        }
        return rows;
    }

    private static List<EdgeTable.Cell> cells(TableRow row, Function<Range, String> lines) {
        List<EdgeTable.Cell> cells = new ArrayList<>();
        for (int i = 0; i < row.numCells(); i++) {
            TableCell cell = row.getCell(i);
            int right = cell.getLeftEdge() + cell.getWidth();
            if (cell.isMerged() && !cell.isFirstMerged() && !cells.isEmpty()) {
                EdgeTable.Cell first = cells.remove(cells.size() - 1);
                cells.add(new EdgeTable.Cell(first.text(), right, first.continued()));
            } else {
                boolean continued = cell.isVerticallyMerged() && !cell.isFirstVerticallyMerged();
                cells.add(new EdgeTable.Cell(lines.apply(cell), right, continued));
            }
        }
        return cells;
    }
}
