package io.mivaa.batch.pipeline.parse.pdf;

import java.util.List;

/**
 * The text of a page in reading order.
 *
 * @param number 1-based
 * @param height in points
 */
record PdfPage(int number, float height, List<PdfLine> lines) {

    PdfPage {
        lines = List.copyOf(lines);
    }

    PdfPage with(List<PdfLine> others) {
        return new PdfPage(number, height, others);
    }
}
