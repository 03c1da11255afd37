package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;
import java.util.regex.Pattern;

/** Judges whether rows whose parts stand below each other are a table, and not something that looks like one. */
final class PdfEvidence {

    private static final int MANY_ROWS = 5;
    private static final float PROSE_WORDS = 5;

    private static final Pattern FORMULA = Pattern.compile("[=←∑∏∫∂∈≤≥√∀∃{}‖∣|⎛-⎳]|//");
    private static final Pattern LABEL =
            Pattern.compile("\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[^\\p{L}\\p{N}]");

    private final List<PdfRow> rows;
    private final List<PdfRow> divided;
    private final PdfStrips strips;
    private final List<Ruling> rulings;

    private PdfEvidence(List<PdfRow> rows, List<PdfRow> divided, PdfStrips strips, List<Ruling> rulings) {
        this.rows = rows;
        this.divided = divided;
        this.strips = strips;
        this.rulings = rulings;
    }

    /**
     * @param rows all of the candidate
     * @param divided those of them that have parts
     * @param rulings of the page
     */
    static boolean isTable(List<PdfRow> rows, List<PdfRow> divided, PdfStrips strips, List<Ruling> rulings) {
        return new PdfEvidence(rows, divided, strips, rulings).isTable();
    }

    private boolean isTable() {
        Traits traits = new Traits();
        int supported = 0;
        for (int c = 0; c < strips.size(); c++) {
            int before = traits.filled;
            int words = traits.words;
            for (PdfRow row : divided) {
                traits.add(strips.cell(row, c), c == 0);
            }
            int cells = traits.filled - before;
            supported += 3 * cells >= divided.size() ? 1 : 0;
            traits.prose += cells > 0 && traits.words - words >= PROSE_WORDS * cells ? 1 : 0;
        }
        long across = divided.stream()
                .filter(row -> row.parts().stream().anyMatch(part -> strips.span(part) > 1))
                .count();
        boolean fits = supported >= 2
                && 2 * traits.filled >= divided.size() * strips.size()
                && 3 * across <= divided.size()
                && 2 * traits.labels < divided.size()
                && 10 * traits.formulas <= traits.filled
                && traits.prose <= 1;
        if (!fits || isContents()) {
            return false;
        }
        return isRuled()
                ? traits.isRuledTable()
                : traits.isTable(divided.size(), strips.size()) || (isHeaded() && traits.isHeadedTable());
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
            String text = PdfPlaced.text(cell);
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
    private boolean isHeaded() {
        long bold = divided.stream().skip(1).filter(PdfEvidence::isBold).count();
        return isBold(divided.get(0)) && 4 * bold <= divided.size();
    }

    private static boolean isBold(PdfRow row) {
        return row.parts().stream().flatMap(part -> part.words().stream()).allMatch(PdfWord::bold);
    }

    /** Titles, and numbers of pages that grow. */
    private boolean isContents() {
        int last = 0;
        for (PdfRow row : divided) {
            String text = PdfPlaced.text(strips.cell(row, strips.size() - 1));
            if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < last) {
                return false;
            }
            last = Integer.parseInt(text);
        }
        return strips.size() == 2;
    }

    /** Level lines above, below or between. */
    private boolean isRuled() {
        float x0 = strips.left();
        float x1 = strips.right();
        float above = rows.get(0).y() - 3 * rows.get(0).size();
        float below = rows.get(rows.size() - 1).y() + 2 * rows.get(0).size();
        return rulings.stream()
                        .filter(line -> line.level() && line.at() > above && line.at() < below)
                        .filter(line -> Math.min(line.to(), x1) - Math.max(line.from(), x0) > 0.6f * (x1 - x0))
                        .count()
                >= 2;
    }
}
