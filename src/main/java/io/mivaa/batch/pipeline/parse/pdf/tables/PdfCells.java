package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a table with their words. They become a {@link Table}: a cell that spans several places is repeated in
 * each, so that every row can be understood alone, but one that spans a whole row appears once. Not thread-safe.
 */
final class PdfCells {

    private final int columns;
    private final List<List<PdfCell>> rows = new ArrayList<>();

    PdfCells(int columns) {
        this.columns = columns;
    }

    /** @param row one cell for each column; the same cell may be in several places */
    void add(List<PdfCell> row) {
        rows.add(row);
    }

    /**
     * The table that the cells form.
     *
     * @param columns those of the grid that have text of their own
     * @param headed whether the first row differs from the second by more than its text
     */
    record Made(Table table, List<Integer> columns, boolean headed) {}

    /** @return null when fewer than two rows or two columns have text */
    @Nullable
    Made table() {
        rows.removeIf(row -> row.stream().allMatch(PdfCell::isEmpty));
        List<Integer> kept = columnsWithText();
        if (kept.size() < 2 || rows.size() < 2) {
            return null;
        }
        String caption = isOneCell(rows.get(0)) && rows.size() > 2
                ? rows.remove(0).get(0).text()
                : null;
        PdfHeaderRows header = new PdfHeaderRows(rows);
        List<List<String>> body = rows.subList(header.size(), rows.size()).stream()
                .map(row -> texts(row, kept))
                .toList();
        return new Made(new Table(header.texts(kept), body, caption), kept, header.size() > 1 || header.isSetApart());
    }

    private List<Integer> columnsWithText() {
        TreeSet<Integer> used = new TreeSet<>();
        for (List<PdfCell> row : rows) {
            for (int c = 0; c < columns; c++) {
                boolean own = c == 0 || row.get(c) != row.get(c - 1);
                if (own && !row.get(c).isEmpty()) {
                    used.add(c);
                }
            }
        }
        return List.copyOf(used);
    }

    private boolean isOneCell(List<PdfCell> row) {
        return columns > 1 && row.stream().distinct().count() == 1;
    }

    private List<String> texts(List<PdfCell> row, List<Integer> kept) {
        boolean one = isOneCell(row);
        List<String> texts = new ArrayList<>();
        for (int column : kept) {
            texts.add(one && !texts.isEmpty() ? "" : row.get(column).text());
        }
        return texts;
    }
}
