package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.List;

/**
 * The text of a page in reading order.
 *
 * @param number 1-based
 * @param height in points
 */
public record PdfPage(int number, float height, List<PdfLine> lines) {

    public PdfPage {
        lines = List.copyOf(lines);
    }

    public PdfPage with(List<PdfLine> others) {
        return new PdfPage(number, height, others);
    }
}
