package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;

/** A table among the lines of its page. It is also a separate passage. */
public record PdfTableLine(PdfTable table, String text, int page) implements PdfLine, PdfPassage {

    static PdfTableLine of(PdfTable table, int page) {
        return new PdfTableLine(table, PdfTextLine.withShortLeaders(CleanText.line(table.text())), page);
    }

    @Override
    public float x0() {
        return table.x0();
    }

    @Override
    public float x1() {
        return table.x1();
    }

    @Override
    public float y() {
        return table.y();
    }

    @Override
    public float size() {
        return table.size();
    }

    @Override
    public PageRange pages() {
        return new PageRange(page, page);
    }
}
