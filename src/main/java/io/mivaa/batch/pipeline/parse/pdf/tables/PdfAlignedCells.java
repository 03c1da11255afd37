package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Puts the words of aligned rows into cells. A row that only continues the cells above it becomes a part of these. */
final class PdfAlignedCells {

    /** Of one cell. */
    static final int MOST_LINES = 3;

    private final List<PdfRow> rows;
    private final PdfStrips columns;

    PdfAlignedCells(List<PdfRow> rows, PdfStrips columns) {
        this.rows = rows;
        this.columns = columns;
    }

    PdfCells cells() {
        PdfCells cells = new PdfCells(columns.size());
        List<PdfCell> open = List.of();
        int firstBody = firstBody();
        for (int i = 0; i < rows.size(); i++) {
            PdfRow row = rows.get(i);
            boolean close = i > 0 && row.isCloseBelow(rows.get(i - 1));
            if (close && (i < firstBody || continues(row, open))) {
                fill(row, open, false);
            } else {
                open = new ArrayList<>(
                        Stream.generate(PdfCell::new).limit(columns.size()).toList());
                fill(row, open, true);
                cells.add(open);
            }
        }
        return cells;
    }

    /** The first row with numbers in most places. The rows above it, which have none, are the header. */
    private int firstBody() {
        for (int i = 0; i < Math.min(rows.size(), 1 + MOST_LINES); i++) {
            List<List<PdfWord>> filled = filled(rows.get(i));
            long numbers = filled.stream().filter(PdfAlignedCells::isNumber).count();
            if (numbers > 0 && 3 * numbers >= filled.size()) {
                return i;
            }
        }
        return 0;
    }

    private List<List<PdfWord>> filled(PdfRow row) {
        return IntStream.range(0, columns.size())
                .mapToObj(c -> columns.cell(row, c))
                .filter(cell -> !cell.isEmpty())
                .toList();
    }

    private static boolean isNumber(List<PdfWord> cell) {
        return PdfCell.isNumber(PdfPlaced.text(cell));
    }

    /** Whether a row continues the cells above it: it has nothing in the first column, and no number of its own. */
    private boolean continues(PdfRow row, List<PdfCell> open) {
        for (int c = 0; c < columns.size(); c++) {
            List<PdfWord> cell = columns.cell(row, c);
            if (!cell.isEmpty() && (open.get(c).isEmpty() || isNumber(cell))) {
                return false;
            }
        }
        boolean firstEmpty = columns.cell(row, 0).isEmpty();
        return firstEmpty || (filled(row).size() == 1 && row.parts().size() == 1);
    }

    /** @param spanning whether a part over several columns becomes one cell */
    private void fill(PdfRow row, List<PdfCell> cells, boolean spanning) {
        for (PdfRow.Part part : row.parts()) {
            int span = columns.span(part);
            if (spanning && span > 1) {
                fillSpan(part, span, cells);
            } else if (span > 1) {
                part.words().forEach(word -> cells.get(columns.column(word)).add(word));
            } else {
                part.words().forEach(word -> own(cells, columns.column(word)).add(word));
            }
        }
    }

    private void fillSpan(PdfRow.Part part, int span, List<PdfCell> cells) {
        PdfCell cell = new PdfCell();
        part.words().forEach(cell::add);
        int from = columns.column(part.words().get(0));
        for (int c = from; c < Math.min(columns.size(), from + span); c++) {
            if (cells.get(c).isEmpty()) {
                cells.set(c, cell);
            }
        }
    }

    /** Text in one column below a heading over several belongs to that column alone. */
    private static PdfCell own(List<PdfCell> cells, int column) {
        PdfCell cell = cells.get(column);
        if (cells.stream().filter(other -> other == cell).count() > 1) {
            cells.set(column, cell.copy());
        }
        return cells.get(column);
    }
}
