package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;

/**
 * A table found among the words of a page.
 *
 * @param words that became its cells; equal words are distinguished by identity
 */
public record PdfFoundTable(PdfTable table, List<PdfWord> words) {

    /** @param columns left and right end of each column of the table */
    static PdfFoundTable of(PdfCells.Made made, List<float[]> columns, PdfBox box, List<PdfWord> words) {
        float size = (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
        return new PdfFoundTable(new PdfTable(made.table(), columns, made.headed(), box, size), words);
    }
}
