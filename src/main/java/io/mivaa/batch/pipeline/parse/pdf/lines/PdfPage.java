package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.List;
import java.util.Set;

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

    public PdfPage without(Set<PdfLine> removed) {
        return new PdfPage(
                number,
                height,
                lines.stream().filter(line -> !removed.contains(line)).toList());
    }
}
