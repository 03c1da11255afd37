package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;
import java.util.regex.Pattern;

/** Counts of what the cells of a candidate for a table contain. Not thread-safe. */
final class PdfCellTraits {

    private static final int MANY_ROWS = 5;

    /** Cells with more words on average are prose. */
    private static final float PROSE_WORDS = 5;

    private static final Pattern FORMULA = Pattern.compile("[=←∑∏∫∂∈≤≥√∀∃{}‖∣|⎛-⎳]|//");
    private static final Pattern LABEL =
            Pattern.compile("\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[^\\p{L}\\p{N}]");

    private int columns;
    private int supported;
    private int prose;
    private int filled;
    private int words;
    private int numbers;
    private int labels;
    private int formulas;
    private int firstFilled;
    private int firstWords;

    /** Adds the next column from the left, with an empty cell in each row where it has no words. */
    void addColumn(List<List<PdfWord>> cells) {
        List<List<PdfWord>> full =
                cells.stream().filter(cell -> !cell.isEmpty()).toList();
        int wordsHere = full.stream().mapToInt(List::size).sum();
        full.forEach(this::add);
        if (columns == 0) {
            firstFilled = full.size();
            firstWords = wordsHere;
            labels = (int) full.stream()
                    .filter(cell -> LABEL.matcher(PdfPlaced.text(cell)).matches())
                    .count();
        }
        columns++;
        supported += 3 * full.size() >= cells.size() ? 1 : 0;
        prose += !full.isEmpty() && wordsHere >= PROSE_WORDS * full.size() ? 1 : 0;
    }

    private void add(List<PdfWord> cell) {
        String text = PdfPlaced.text(cell);
        filled++;
        words += cell.size();
        numbers += PdfCell.isNumber(text) ? 1 : 0;
        formulas += FORMULA.matcher(text).find() ? 1 : 0;
    }

    /** Whether nothing speaks against a table: enough full cells, hardly any formulas, labels of lists or prose. */
    boolean fit(int rows) {
        return supported >= 2
                && 2 * filled >= rows * columns
                && 2 * labels < rows
                && 10 * formulas <= filled
                && prose <= 1;
    }

    boolean areOfRuledTable() {
        return words <= 4 * filled;
    }

    /** Names in the first column, and descriptions beside them. */
    boolean areOfHeadedTable() {
        return words <= 8 * filled && firstWords <= 4 * firstFilled;
    }

    boolean areOfTable(int rows) {
        boolean ofNumbers = 4 * numbers >= filled && words <= 4 * filled && prose == 0;
        boolean ofWords = rows >= MANY_ROWS && columns > 2 && words <= 3 * filled && 10 * filled >= 7 * rows * columns;
        return ofNumbers || ofWords;
    }
}
