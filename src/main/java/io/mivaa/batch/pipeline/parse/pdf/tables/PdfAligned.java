package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables that have no grid of lines: rows whose parts are below each other, with continuous white space between
 * the columns. Prose in columns, lists and tables of contents look alike; the text of the parts shows the difference.
 */
final class PdfAligned {

    private static final int FEWEST_ROWS = 3;
    private static final int MOST_COLUMNS = 30;

    /** Rows of a table are at most this many font sizes apart. */
    private static final float STEP = 2.6f;

    private static final float SAME_PLACE = 3;

    private final List<PdfRow> rows;
    private final List<PdfRow> below;
    private final List<PdfRuling> rulings;

    /** @param below the rows that follow */
    private PdfAligned(List<PdfRow> rows, List<PdfRow> below, List<PdfRuling> rulings) {
        this.rows = new ArrayList<>(rows);
        this.below = below;
        this.rulings = rulings;
    }

    /** @param words of one region of a page, all in one direction */
    static List<PdfFoundTable> tables(List<PdfRuling> rulings, List<PdfWord> words) {
        List<PdfRow> rows =
                PdfRows.of(words).stream().map(row -> PdfRow.of(row, rulings)).toList();
        List<PdfFoundTable> tables = new ArrayList<>();
        int i = 0;
        while (i < rows.size()) {
            int end = rows.get(i).isDivided() ? end(rows, i) : i;
            PdfFoundTable table = table(rows, i, end, rulings);
            if (table != null) {
                tables.add(table);
            }
            i = end + 1;
        }
        return tables;
    }

    /** Tries without the first rows too: a row that only happens to be above, such as a running header. */
    private static @Nullable PdfFoundTable table(List<PdfRow> rows, int start, int end, List<PdfRuling> rulings) {
        PdfFoundTable table = null;
        for (int from = start; table == null && from + FEWEST_ROWS <= end + 1 && from < start + FEWEST_ROWS; from++) {
            if (rows.get(from).isDivided()) {
                List<PdfRow> below = rows.subList(end + 1, rows.size());
                table = new PdfAligned(rows.subList(from, end + 1), below, rulings).table();
            }
        }
        return table;
    }

    /** The last divided row before several undivided rows, or before white space. */
    private static int end(List<PdfRow> rows, int start) {
        int last = start;
        for (int i = start + 1; i < rows.size() && i - last <= PdfAlignedCells.MOST_LINES; i++) {
            PdfRow row = rows.get(i);
            float size = Math.max(row.size(), rows.get(i - 1).size());
            if (row.y() - rows.get(i - 1).y() > STEP * size || row.isLed() || row.isCaption()) {
                break;
            }
            last = row.isDivided() ? i : last;
        }
        return last;
    }

    private @Nullable PdfFoundTable table() {
        PdfStrips columns = columns();
        if (columns == null) {
            return null;
        }
        addLastLines(columns);
        PdfCells.Made made = new PdfAlignedCells(rows, columns).cells().table();
        if (made == null) {
            return null;
        }
        List<float[]> edges =
                made.columns().stream().map(columns.columns()::get).toList();
        List<PdfWord> words = rows.stream().flatMap(row -> row.words().stream()).toList();
        return PdfFoundTable.of(made, edges, box(columns), words);
    }

    /** Null when the rows are no table. */
    private @Nullable PdfStrips columns() {
        List<PdfRow> divided = rows.stream().filter(PdfRow::isDivided).toList();
        if (divided.size() < FEWEST_ROWS) {
            return null;
        }
        PdfStrips columns = PdfStrips.of(divided);
        boolean table = columns.size() >= 2
                && columns.size() <= MOST_COLUMNS
                && PdfEvidence.isTable(rows, divided, columns, rulings);
        return table ? columns : null;
    }

    private PdfBox box(PdfStrips columns) {
        PdfRow first = rows.get(0);
        float bottom = rows.get(rows.size() - 1).y();
        return new PdfBox(columns.left(), first.y() - first.size(), columns.right(), bottom);
    }

    /** A cell of the last row may continue below it, where the row is no longer divided. */
    private void addLastLines(PdfStrips columns) {
        for (PdfRow row : below) {
            PdfRow last = rows.get(rows.size() - 1);
            if (row.parts().size() > 1
                    || !isWithinColumn(row.parts().get(0), columns)
                    || !row.isCloseBelow(last)
                    || row.isCaption()) {
                break;
            }
            rows.add(row);
        }
    }

    /** Not in the first column: a line that begins there is prose below the table. */
    private static boolean isWithinColumn(PdfRow.Part part, PdfStrips columns) {
        int column = columns.column(part.words().get(0));
        float end = column + 1 < columns.size() ? columns.columns().get(column + 1)[0] : columns.right();
        return column > 0
                && Math.abs(part.x0() - columns.columns().get(column)[0]) <= SAME_PLACE
                && part.x1() <= end + SAME_PLACE;
    }
}
