package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Table;
import io.mivaa.batch.pipeline.parse.PdfCells.Cell;
import io.mivaa.batch.pipeline.parse.PdfRulings.Ruling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables that have no grid of lines: rows whose parts stand below each other with white space between them all
 * the way down. Prose in columns, lists and tables of contents look alike and are told from them by what the parts say.
 */
final class PdfAligned {

    private static final int FEWEST_ROWS = 3;
    private static final int MANY_ROWS = 5;
    private static final int MOST_COLUMNS = 30;
    private static final int MOST_LINES_OF_CELL = 3;
    private static final float PART = 1.1f;
    private static final float GAP = 0.6f;
    private static final float STEP = 2.6f;
    private static final float WRAPPED = 1.35f;
    private static final float PROSE_WORDS = 5;

    private static final Pattern LEADER = Pattern.compile("[.\u2026\u00B7_]{4,}");
    private static final Pattern FORMULA = Pattern.compile("[=←∑∏∫∂∈≤≥√∀∃{}‖∣|⎛-⎳]|//");
    private static final Pattern LABEL =
            Pattern.compile("\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[^\\p{L}\\p{N}]");

    private final List<Row> rows;
    private final List<Ruling> rulings;

    private PdfAligned(List<Row> rows, List<Ruling> rulings) {
        this.rows = rows;
        this.rulings = rulings;
    }

    /** Words that stand together in a row. */
    private record Part(List<PdfWord> words) {

        float x0() {
            return words.get(0).x0();
        }

        float x1() {
            return (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0);
        }
    }

    private record Row(List<Part> parts, float y, float size) {

        static Row of(List<PdfWord> words) {
            List<Part> parts = new ArrayList<>();
            List<PdfWord> part = new ArrayList<>();
            for (PdfWord word : words) {
                if (!part.isEmpty() && part.get(part.size() - 1).gapTo(word) > PART * word.size()) {
                    parts.add(new Part(part));
                    part = new ArrayList<>();
                }
                part.add(word);
            }
            parts.add(new Part(part));
            float size =
                    (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
            return new Row(parts, words.get(0).y(), size);
        }

        boolean isDivided() {
            return parts.size() > 1 && !isLed();
        }

        /** As an entry of a table of contents is to its page. */
        boolean isLed() {
            return parts.stream()
                            .flatMap(part -> part.words.stream())
                            .anyMatch(word -> LEADER.matcher(word.text()).find())
                    || parts.stream()
                                    .flatMap(part -> part.words.stream())
                                    .filter(word -> word.text().equals("."))
                                    .count()
                            > 4;
        }
    }

    /** @param words of one region of a page, of one direction */
    static List<PdfTable> tables(List<Ruling> rulings, List<PdfWord> words) {
        List<PdfWord> text = words.stream().filter(word -> word.table() == null).toList();
        List<Row> rows = PdfRows.of(text).stream().map(Row::of).toList();
        List<PdfTable> tables = new ArrayList<>();
        int i = 0;
        while (i < rows.size()) {
            int end = rows.get(i).isDivided() ? end(rows, i) : i;
            PdfTable table = null;
            int from = i;
            // What stands above may have joined by chance, such as a running header.
            for (; table == null && from + FEWEST_ROWS <= end + 1 && from < i + FEWEST_ROWS; from++) {
                if (rows.get(from).isDivided()) {
                    table = new PdfAligned(rows.subList(from, end + 1), rulings).table();
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
    private static int end(List<Row> rows, int start) {
        int last = start;
        for (int i = start + 1; i < rows.size() && i - last <= MOST_LINES_OF_CELL; i++) {
            Row row = rows.get(i);
            if (row.y() - rows.get(i - 1).y()
                            > STEP * Math.max(row.size(), rows.get(i - 1).size())
                    || row.isLed()) {
                break;
            }
            last = row.isDivided() ? i : last;
        }
        return last;
    }

    private @Nullable PdfTable table() {
        List<Row> divided = rows.stream().filter(Row::isDivided).toList();
        if (divided.size() < FEWEST_ROWS) {
            return null;
        }
        List<float[]> columns = columns(divided);
        if (columns.size() < 2 || columns.size() > MOST_COLUMNS || !isTable(divided, columns)) {
            return null;
        }
        PdfCells cells = cells(columns);
        Table table = cells.table();
        if (table == null) {
            return null;
        }
        Set<PdfWord> words = Collections.newSetFromMap(new IdentityHashMap<>());
        rows.forEach(row -> row.parts().forEach(part -> words.addAll(part.words())));
        Row first = rows.get(0);
        return new PdfTable(
                table,
                columns.get(0)[0],
                first.y() - first.size(),
                columns.get(columns.size() - 1)[1],
                rows.get(rows.size() - 1).y(),
                words);
    }

    /** What lies between strips that all rows leave white, but for a few that go across. */
    private static List<float[]> columns(List<Row> divided) {
        float from = Float.MAX_VALUE;
        float to = -Float.MAX_VALUE;
        double size = divided.stream().mapToDouble(Row::size).average().orElse(10);
        for (Row row : divided) {
            from = Math.min(from, row.parts().get(0).x0());
            to = Math.max(to, row.parts().get(row.parts().size() - 1).x1());
        }
        if (!(to - from < 20_000)) {
            return List.of();
        }
        int[] covered = new int[(int) Math.ceil(to - from) + 1];
        for (Row row : divided) {
            for (Part part : row.parts()) {
                int last = Math.min(covered.length - 1, (int) Math.ceil(part.x1() - from));
                for (int x = Math.max(0, (int) Math.floor(part.x0() - from)); x <= last; x++) {
                    covered[x]++;
                }
            }
        }
        int few = divided.size() < MANY_ROWS ? 0 : Math.max(1, divided.size() / 12);
        List<float[]> columns = new ArrayList<>();
        int start = 0;
        int x = 0;
        while (x < covered.length) {
            if (covered[x] > few) {
                x++;
                continue;
            }
            int white = x;
            while (x < covered.length && covered[x] <= few) {
                x++;
            }
            if (x - white >= GAP * size && x < covered.length) {
                if (white > start) {
                    columns.add(new float[] {from + start, from + white});
                }
                start = x;
            }
        }
        columns.add(new float[] {from + start, to});
        return columns;
    }

    private boolean isTable(List<Row> divided, List<float[]> columns) {
        Traits traits = new Traits();
        int supported = 0;
        for (int c = 0; c < columns.size(); c++) {
            int before = traits.filled;
            int words = traits.words;
            for (Row row : divided) {
                traits.add(wordsOf(row, columns, c), c == 0);
            }
            int cells = traits.filled - before;
            supported += 3 * cells >= divided.size() ? 1 : 0;
            traits.prose += cells > 0 && traits.words - words >= PROSE_WORDS * cells ? 1 : 0;
        }
        long across = divided.stream()
                .filter(row -> row.parts().stream().anyMatch(part -> span(part, columns) > 1))
                .count();
        boolean fits = supported >= 2
                && 2 * traits.filled >= divided.size() * columns.size()
                && 3 * across <= divided.size()
                && 2 * traits.labels < divided.size()
                && 10 * traits.formulas <= traits.filled
                && traits.prose <= 1;
        if (!fits || isContents(divided, columns)) {
            return false;
        }
        return isRuled(columns)
                ? traits.isRuledTable()
                : traits.isTable(divided.size(), columns.size()) || (isHeaded(divided) && traits.isHeadedTable());
    }

    /** What the cells of a candidate say. */
    private static final class Traits {

        private int filled;
        private int words;
        private int numbers;
        private int labels;
        private int formulas;
        private int prose;
        private int firstFilled;
        private int firstWords;

        void add(List<PdfWord> cell, boolean first) {
            if (cell.isEmpty()) {
                return;
            }
            String text = text(cell);
            filled++;
            words += cell.size();
            firstFilled += first ? 1 : 0;
            firstWords += first ? cell.size() : 0;
            numbers += PdfCells.isNumber(text) ? 1 : 0;
            labels += first && LABEL.matcher(text).matches() ? 1 : 0;
            formulas += FORMULA.matcher(text).find() ? 1 : 0;
        }

        boolean isRuledTable() {
            return words <= 4 * filled;
        }

        /** Names on the left, what is to be said of them beside. */
        boolean isHeadedTable() {
            return words <= 8 * filled && firstWords <= 4 * firstFilled;
        }

        boolean isTable(int rows, int columns) {
            boolean ofNumbers = 4 * numbers >= filled && words <= 4 * filled && prose == 0;
            boolean ofWords =
                    rows >= MANY_ROWS && columns > 2 && words <= 3 * filled && 10 * filled >= 7 * rows * columns;
            return ofNumbers || ofWords;
        }
    }

    /** A first row in bold type over rows that are not. */
    private static boolean isHeaded(List<Row> divided) {
        long bold = divided.stream().skip(1).filter(PdfAligned::isBold).count();
        return isBold(divided.get(0)) && 4 * bold <= divided.size();
    }

    private static boolean isBold(Row row) {
        return row.parts().stream().flatMap(part -> part.words().stream()).allMatch(PdfWord::bold);
    }

    /** Titles, and numbers of pages that grow. */
    private static boolean isContents(List<Row> divided, List<float[]> columns) {
        int last = 0;
        for (Row row : divided) {
            String text = text(wordsOf(row, columns, columns.size() - 1));
            if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < last) {
                return false;
            }
            last = Integer.parseInt(text);
        }
        return columns.size() == 2;
    }

    /** Level lines above, below or between. */
    private boolean isRuled(List<float[]> columns) {
        float x0 = columns.get(0)[0];
        float x1 = columns.get(columns.size() - 1)[1];
        float above = rows.get(0).y() - 3 * rows.get(0).size();
        float below = rows.get(rows.size() - 1).y() + 2 * rows.get(0).size();
        return PdfGrid.joined(rulings).stream()
                        .filter(line -> line.level() && line.at() > above && line.at() < below)
                        .filter(line -> Math.min(line.to(), x1) - Math.max(line.from(), x0) > 0.6f * (x1 - x0))
                        .count()
                >= 2;
    }

    private PdfCells cells(List<float[]> columns) {
        PdfCells cells = new PdfCells(columns.size());
        List<Cell> open = List.of();
        Row last = null;
        int firstBody = firstBody(columns);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            boolean close = last != null && row.y() - last.y() <= WRAPPED * Math.max(row.size(), last.size());
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
    private int firstBody(List<float[]> columns) {
        for (int i = 0; i < Math.min(rows.size(), 1 + MOST_LINES_OF_CELL); i++) {
            int numbers = 0;
            int filled = 0;
            for (int c = 0; c < columns.size(); c++) {
                List<PdfWord> cell = wordsOf(rows.get(i), columns, c);
                filled += cell.isEmpty() ? 0 : 1;
                numbers += !cell.isEmpty() && PdfCells.isNumber(text(cell)) ? 1 : 0;
            }
            if (numbers > 0 && 3 * numbers >= filled) {
                return i;
            }
        }
        return 0;
    }

    /** Says more of what is above: nothing in the first column, and no number of its own. */
    private static boolean goesOn(Row row, List<float[]> columns, List<Cell> open) {
        boolean only = true;
        for (int c = 0; c < columns.size(); c++) {
            List<PdfWord> cell = wordsOf(row, columns, c);
            only &= cell.isEmpty() || (!open.get(c).isEmpty() && !PdfCells.isNumber(text(cell)));
        }
        int filled = 0;
        for (int c = 0; c < columns.size(); c++) {
            filled += wordsOf(row, columns, c).isEmpty() ? 0 : 1;
        }
        boolean firstEmpty = wordsOf(row, columns, 0).isEmpty();
        return only && (firstEmpty || (filled == 1 && row.parts().size() == 1));
    }

    private static void fill(Row row, List<float[]> columns, List<Cell> cells, boolean spanning) {
        for (Part part : row.parts()) {
            int from = column(part.words().get(0), columns);
            int span = span(part, columns);
            if (spanning && span > 1) {
                Cell cell = new Cell();
                part.words().forEach(cell::add);
                for (int c = from; c < Math.min(columns.size(), from + span); c++) {
                    if (cells.get(c).isEmpty()) {
                        cells.set(c, cell);
                    }
                }
            } else {
                part.words().forEach(word -> cells.get(column(word, columns)).add(word));
            }
        }
    }

    /** How many columns a part stands in. */
    private static int span(Part part, List<float[]> columns) {
        int span = 0;
        for (float[] column : columns) {
            float common = Math.min(part.x1(), column[1]) - Math.max(part.x0(), column[0]);
            span += common > 0.25f * Math.min(column[1] - column[0], part.x1() - part.x0()) ? 1 : 0;
        }
        return Math.max(1, span);
    }

    private static List<PdfWord> wordsOf(Row row, List<float[]> columns, int column) {
        List<PdfWord> words = new ArrayList<>();
        for (Part part : row.parts()) {
            for (PdfWord word : part.words()) {
                if (column(word, columns) == column) {
                    words.add(word);
                }
            }
        }
        return words;
    }

    private static int column(PdfWord word, List<float[]> columns) {
        float middle = (word.x0() + word.x1()) / 2;
        int best = 0;
        float least = Float.MAX_VALUE;
        for (int c = 0; c < columns.size(); c++) {
            float away = Math.max(0, Math.max(columns.get(c)[0] - middle, middle - columns.get(c)[1]));
            if (away < least) {
                least = away;
                best = c;
            }
        }
        return best;
    }

    private static String text(List<PdfWord> words) {
        StringBuilder text = new StringBuilder();
        words.forEach(word -> text.append(text.isEmpty() ? "" : " ").append(word.text()));
        return text.toString();
    }
}
