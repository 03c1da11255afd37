package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDPage;

/** Finds tables among the words of one page. */
public final class PdfTableFinder {

    private final List<PdfRuling> rulings;
    private final PdfDrawing drawing;

    /**
     * @param drawn by the page
     * @param direction of the words, 0, 90, 180 or 270
     */
    public PdfTableFinder(PdfRulings drawn, PDPage page, int direction) {
        this.rulings = PdfRulingGroups.joined(drawn.rulings(page, direction));
        this.drawing = new PdfDrawing(rulings, drawn.slants(page, direction));
    }

    /** Tables with a grid of lines. */
    public List<PdfFoundTable> ruled(List<PdfWord> words) {
        return PdfGrid.tables(rulings, words);
    }

    /** Tables whose columns are separated by white space. */
    public List<PdfFoundTable> aligned(List<PdfWord> words) {
        return PdfAligned.tables(rulings, words).stream()
                .filter(found -> !drawing.isWithin(found.table().box()))
                .toList();
    }
}
