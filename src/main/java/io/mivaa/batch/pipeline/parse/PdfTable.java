package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Table;
import java.util.List;
import java.util.Set;

/**
 * A table found on a page, in points from its upper left corner, and the words that it took.
 *
 * @param words by identity
 */
record PdfTable(Table table, float x0, float y0, float x1, float y1, Set<PdfWord> words) {

    /** Stands for the table among the lines of its page. */
    PdfWord word(int direction) {
        StringBuilder text = new StringBuilder();
        table.headers().forEach(cell -> text.append(cell).append(' '));
        for (List<String> row : table.rows()) {
            row.forEach(cell -> text.append(cell).append(' '));
        }
        float size = (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
        return new PdfWord(text.toString(), x0, x1, y1, size, false, false, direction, table);
    }
}
