package io.mivaa.batch.pipeline.parse.pdf.tables;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Which of the first rows of a table are its header, and what they say about each column. */
final class PdfHeaderRows {

    private static final int MOST = 4;

    private final List<List<PdfCell>> rows;
    private final int count;

    /** @param rows of the whole table, at least two */
    PdfHeaderRows(List<List<PdfCell>> rows) {
        this.rows = rows;
        this.count = count();
    }

    int size() {
        return count;
    }

    private int count() {
        if (isBody(rows.get(0))) {
            return 0;
        }
        int header = 1;
        while (header < Math.min(MOST, rows.size() - 1) && continues(header)) {
            header++;
        }
        return header;
    }

    /** A heading over several columns has their headings below it, and one beside several rows ends where they do. */
    private boolean continues(int row) {
        List<PdfCell> last = rows.get(row - 1);
        List<PdfCell> next = rows.get(row);
        boolean spans = false;
        boolean lasts = false;
        for (int c = 0; c < last.size(); c++) {
            spans |= c > 0 && last.get(c) == last.get(c - 1) && !last.get(c).isEmpty() && next.get(c) != last.get(c);
            lasts |= last.get(c) == next.get(c) && !last.get(c).isEmpty();
        }
        return (spans && !isBody(next)) || lasts;
    }

    private static boolean isBody(List<PdfCell> row) {
        List<String> texts =
                row.stream().map(PdfCell::text).filter(text -> !text.isEmpty()).toList();
        long numbers = texts.stream().filter(PdfCell::isNumber).count();
        return numbers > 0 && 2 * numbers >= texts.size();
    }

    /** Whether a single header is bold and the row below it is not. */
    boolean isSetApart() {
        return count == 1 && isBold(rows.get(0)) && !isBold(rows.get(1));
    }

    private static boolean isBold(List<PdfCell> row) {
        return row.stream().allMatch(cell -> cell.isEmpty() || cell.isBold());
    }

    /** One text for each of the columns; none when there is no header. */
    List<String> texts(List<Integer> columns) {
        return count == 0 ? List.of() : columns.stream().map(this::text).toList();
    }

    private String text(int column) {
        Set<PdfCell> added = Collections.newSetFromMap(new IdentityHashMap<>());
        StringBuilder text = new StringBuilder();
        for (List<PdfCell> row : rows.subList(0, count)) {
            PdfCell cell = row.get(column);
            if (added.add(cell) && !cell.isEmpty()) {
                text.append(text.isEmpty() ? "" : " ").append(cell.text());
            }
        }
        return text.toString();
    }
}
