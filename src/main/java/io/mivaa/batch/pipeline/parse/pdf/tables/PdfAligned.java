package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfCells.Cell;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables that have no grid of lines: rows whose parts stand below each other with white space between them all
 * the way down. Prose in columns, lists and tables of contents look alike and are told from them by what the parts say.
 */
public final class PdfAligned {

    private static final int FEWEST_ROWS = 3;
    private static final int MOST_COLUMNS = 30;
    private static final int MOST_LINES_OF_CELL = 3;
    private static final float STEP = 2.6f;
    private static final float WRAPPED = 1.35f;
    private static final float SAME_PLACE = 3;

    private final List<PdfRow> rows;
    private final List<PdfRow> below;
    private final List<Ruling> rulings;

    /** @param below what follows */
    private PdfAligned(List<PdfRow> rows, List<PdfRow> below, List<Ruling> rulings) {
        this.rows = new ArrayList<>(rows);
        this.below = below;
        this.rulings = rulings;
    }

    /** @param words of one region of a page, of one direction */
    public static List<PdfFoundTable> tables(List<Ruling> rulings, List<PdfWord> words) {
        List<PdfRow> rows =
                PdfRows.of(words).stream().map(row -> PdfRow.of(row, rulings)).toList();
        List<PdfFoundTable> tables = new ArrayList<>();
        int i = 0;
        while (i < rows.size()) {
            int end = rows.get(i).isDivided() ? end(rows, i) : i;
            PdfFoundTable table = null;
            int from = i;
            // What stands above may have joined by chance, such as a running header.
            for (; table == null && from + FEWEST_ROWS <= end + 1 && from < i + FEWEST_ROWS; from++) {
                if (rows.get(from).isDivided()) {
                    table = new PdfAligned(rows.subList(from, end + 1), rows.subList(end + 1, rows.size()), rulings)
                            .table();
                }
            }
            if (table != null) {
                tables.add(table);
            }
            i = end + 1;
        }
        return tables;
    }

    /** The last divided row before rows that are not, or before white space. */
    private static int end(List<PdfRow> rows, int start) {
        int last = start;
        for (int i = start + 1; i < rows.size() && i - last <= MOST_LINES_OF_CELL; i++) {
            PdfRow row = rows.get(i);
            if (row.y() - rows.get(i - 1).y()
                            > STEP * Math.max(row.size(), rows.get(i - 1).size())
                    || row.isLed()
                    || row.isCaption()) {
                break;
            }
            last = row.isDivided() ? i : last;
        }
        return last;
    }

    private @Nullable PdfFoundTable table() {
        List<PdfRow> divided = rows.stream().filter(PdfRow::isDivided).toList();
        if (divided.size() < FEWEST_ROWS) {
            return null;
        }
        PdfStrips columns = PdfStrips.of(divided);
        if (columns.size() < 2
                || columns.size() > MOST_COLUMNS
                || !PdfEvidence.isTable(rows, divided, columns, rulings)) {
            return null;
        }
        addLastLines(columns);
        PdfCells.Made made = cells(columns).table();
        if (made == null) {
            return null;
        }
        List<PdfWord> words = rows.stream()
                .flatMap(row -> row.parts().stream())
                .flatMap(part -> part.words().stream())
                .toList();
        PdfRow first = rows.get(0);
        List<float[]> places =
                made.columns().stream().map(columns.columns()::get).toList();
        float bottom = rows.get(rows.size() - 1).y();
        PdfBox box = new PdfBox(columns.left(), first.y() - first.size(), columns.right(), bottom);
        return PdfFoundTable.of(made, places, box, words);
    }

    /** A cell of the last row may go on below it, where nothing divides the row any more. */
    private void addLastLines(PdfStrips columns) {
        for (PdfRow row : below) {
            PdfRow last = rows.get(rows.size() - 1);
            PdfRow.Part part = row.parts().get(0);
            int column = columns.column(part.words().get(0));
            float end = column + 1 < columns.size() ? columns.columns().get(column + 1)[0] : columns.right();
            boolean within = column > 0
                    && Math.abs(part.x0() - columns.columns().get(column)[0]) <= SAME_PLACE
                    && part.x1() <= end + SAME_PLACE;
            if (row.parts().size() > 1 || !within || !isClose(last, row) || row.isCaption()) {
                break;
            }
            rows.add(row);
        }
    }

    private static boolean isClose(PdfRow above, PdfRow below) {
        return below.y() - above.y() <= WRAPPED * Math.max(below.size(), above.size());
    }

    private PdfCells cells(PdfStrips columns) {
        PdfCells cells = new PdfCells(columns.size());
        List<Cell> open = List.of();
        PdfRow last = null;
        int firstBody = firstBody(columns);
        for (int i = 0; i < rows.size(); i++) {
            PdfRow row = rows.get(i);
            boolean close = last != null && isClose(last, row);
            boolean header = i > 0 && i < firstBody && close;
            if (!open.isEmpty() && (header || (close && goesOn(row, columns, open)))) {
                fill(row, columns, open, false);
            } else {
                open = new ArrayList<>();
                for (int c = 0; c < columns.size(); c++) {
                    open.add(new Cell());
                }
                fill(row, columns, open, true);
                cells.add(open);
            }
            last = row;
        }
        return cells;
    }

    /** The first row with numbers in most places, where rows above have none: what is above is the header. */
    private int firstBody(PdfStrips columns) {
        for (int i = 0; i < Math.min(rows.size(), 1 + MOST_LINES_OF_CELL); i++) {
            int numbers = 0;
            int filled = 0;
            for (int c = 0; c < columns.size(); c++) {
                List<PdfWord> cell = columns.cell(rows.get(i), c);
                filled += cell.isEmpty() ? 0 : 1;
                numbers += !cell.isEmpty() && PdfCells.isNumber(PdfPlaced.text(cell)) ? 1 : 0;
            }
            if (numbers > 0 && 3 * numbers >= filled) {
                return i;
            }
        }
        return 0;
    }

    /** Says more of what is above: nothing in the first column, and no number of its own. */
    private static boolean goesOn(PdfRow row, PdfStrips columns, List<Cell> open) {
        boolean only = true;
        for (int c = 0; c < columns.size(); c++) {
            List<PdfWord> cell = columns.cell(row, c);
            only &= cell.isEmpty() || (!open.get(c).isEmpty() && !PdfCells.isNumber(PdfPlaced.text(cell)));
        }
        int filled = 0;
        for (int c = 0; c < columns.size(); c++) {
            filled += columns.cell(row, c).isEmpty() ? 0 : 1;
        }
        boolean firstEmpty = columns.cell(row, 0).isEmpty();
        return only && (firstEmpty || (filled == 1 && row.parts().size() == 1));
    }

    private static void fill(PdfRow row, PdfStrips columns, List<Cell> cells, boolean spanning) {
        for (PdfRow.Part part : row.parts()) {
            int from = columns.column(part.words().get(0));
            int span = columns.span(part);
            if (spanning && span > 1) {
                Cell cell = new Cell();
                part.words().forEach(cell::add);
                for (int c = from; c < Math.min(columns.size(), from + span); c++) {
                    if (cells.get(c).isEmpty()) {
                        cells.set(c, cell);
                    }
                }
            } else if (span > 1) {
                part.words().forEach(word -> cells.get(columns.column(word)).add(word));
            } else {
                part.words().forEach(word -> own(cells, columns.column(word)).add(word));
            }
        }
    }

    /** What stands in one column under a head of several is said of that column alone. */
    private static Cell own(List<Cell> cells, int column) {
        Cell cell = cells.get(column);
        if (cells.stream().filter(other -> other == cell).count() > 1) {
            cells.set(column, cell.copy());
        }
        return cells.get(column);
    }
}
