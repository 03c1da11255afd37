package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A grid of cells with the words that stand in each, and what cells are one. Becomes a {@link Table}: a cell that spans
 * several is repeated in each, so that every row can be understood by itself; one that spans a whole row is said once.
 * Not thread-safe.
 */
final class PdfCells {

    private static final int MOST_HEADER_ROWS = 4;

    private static final Pattern NUMBER =
            Pattern.compile("[-+\u2212\u2013(]?[$\u20AC\u00A3]?\\s?\\d[\\d.,' \u00A0]*\\s?[%)\u2030]?|[-\u2013\u2014]");

    private final int columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** One or several places of the grid. */
    static final class Cell {

        private final List<PdfWord> words = new ArrayList<>();

        void add(PdfWord word) {
            words.add(word);
        }

        Cell copy() {
            Cell copy = new Cell();
            copy.words.addAll(words);
            return copy;
        }

        int size() {
            return words.size();
        }

        boolean isEmpty() {
            return words.isEmpty();
        }

        /** Its lines from above, each from left to right. */
        List<List<PdfWord>> lines() {
            return PdfRows.of(words);
        }

        boolean isBold() {
            return !words.isEmpty() && words.stream().allMatch(PdfWord::bold);
        }

        String text() {
            StringBuilder text = new StringBuilder();
            for (List<PdfWord> line : lines()) {
                for (PdfWord word : line) {
                    if (!text.isEmpty()) {
                        text.append(' ');
                    }
                    text.append(word.text());
                }
            }
            return CleanText.line(text.toString().replace(PdfWord.UNKNOWN_SIGN, ""));
        }
    }

    PdfCells(int columns) {
        this.columns = columns;
    }

    int columns() {
        return columns;
    }

    int height() {
        return rows.size();
    }

    List<Cell> row(int index) {
        return rows.get(index);
    }

    /** @param row one cell for each column; the same cell may stand in several places */
    void add(List<Cell> row) {
        rows.add(row);
    }

    /**
     * What the cells became.
     *
     * @param columns those of the grid that have text of their own
     * @param headed whether the first row differs from the second in more than what it says
     */
    record Made(Table table, List<Integer> columns, boolean headed) {}

    /** @return null when there is less than two rows with text, or no two columns with some */
    @Nullable
    Made table() {
        rows.removeIf(row -> row.stream().allMatch(Cell::isEmpty));
        Set<Integer> used = new LinkedHashSet<>();
        for (List<Cell> row : rows) {
            for (int c = 0; c < columns; c++) {
                boolean own = c == 0 || row.get(c) != row.get(c - 1);
                if (!row.get(c).isEmpty() && own) {
                    used.add(c);
                }
            }
        }
        List<Integer> kept = new ArrayList<>(used);
        Collections.sort(kept);
        if (kept.size() < 2 || rows.size() < 2) {
            return null;
        }
        String caption = null;
        if (isOne(rows.get(0)) && rows.size() > 2) {
            caption = rows.remove(0).get(0).text();
        }
        int header = headerRows();
        List<List<String>> body = new ArrayList<>();
        for (List<Cell> row : rows.subList(header, rows.size())) {
            body.add(texts(row, kept));
        }
        Table table = new Table(header == 0 ? List.of() : header(header, kept), body, caption);
        boolean bold = header == 1 && isBold(rows.get(0)) && !isBold(rows.get(1));
        return new Made(table, kept, header > 1 || bold);
    }

    private static boolean isBold(List<Cell> row) {
        return row.stream().allMatch(cell -> cell.isEmpty() || cell.isBold());
    }

    private boolean isOne(List<Cell> row) {
        return columns > 1 && row.stream().distinct().count() == 1;
    }

    private int headerRows() {
        if (isBody(rows.get(0))) {
            return 0;
        }
        int count = 1;
        while (count < Math.min(MOST_HEADER_ROWS, rows.size() - 1) && goesOn(count)) {
            count++;
        }
        return count;
    }

    /** A heading over several columns has their own below it, and one beside several rows is over when they are. */
    private boolean goesOn(int row) {
        List<Cell> last = rows.get(row - 1);
        List<Cell> next = rows.get(row);
        boolean spans = false;
        boolean lasts = false;
        for (int c = 0; c < columns; c++) {
            spans |= c > 0 && last.get(c) == last.get(c - 1) && !last.get(c).isEmpty() && next.get(c) != last.get(c);
            lasts |= last.get(c) == next.get(c) && !last.get(c).isEmpty();
        }
        return (spans && !isBody(next)) || lasts;
    }

    private static boolean isBody(List<Cell> row) {
        List<String> texts =
                row.stream().map(Cell::text).filter(text -> !text.isEmpty()).toList();
        long numbers = texts.stream().filter(PdfCells::isNumber).count();
        return numbers > 0 && 2 * numbers >= texts.size();
    }

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private List<String> header(int rowsOfHeader, List<Integer> kept) {
        List<String> header = new ArrayList<>();
        for (int column : kept) {
            Set<Cell> over = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
            StringBuilder text = new StringBuilder();
            for (List<Cell> row : rows.subList(0, rowsOfHeader)) {
                Cell cell = row.get(column);
                if (over.add(cell) && !cell.isEmpty()) {
                    text.append(text.isEmpty() ? "" : " ").append(cell.text());
                }
            }
            header.add(text.toString());
        }
        return header;
    }

    private List<String> texts(List<Cell> row, List<Integer> kept) {
        boolean one = isOne(row);
        List<String> texts = new ArrayList<>();
        for (int column : kept) {
            texts.add(one && !texts.isEmpty() ? "" : row.get(column).text());
        }
        return texts;
    }
}
