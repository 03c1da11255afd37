package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfTextLine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The style of most of the text of a document.
 *
 * @param size in points, to the half
 * @param bold whether most of the text is
 * @param italic whether more than a fifth of the text is
 */
record PdfBodyStyle(float size, boolean bold, boolean italic) {

    static PdfBodyStyle of(List<PdfParagraph> paragraphs) {
        List<PdfTextLine> lines = paragraphs.stream()
                .flatMap(paragraph -> paragraph.lines().stream())
                .toList();
        Map<Float, Integer> sizes = new TreeMap<>();
        lines.forEach(line ->
                sizes.merge(Math.round(line.size() * 2) / 2f, line.text().length(), Integer::sum));
        float size = sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0f);
        int all = characters(lines, line -> true);
        boolean bold = 2 * characters(lines, PdfTextLine::bold) > all;
        return new PdfBodyStyle(size, bold, 5 * characters(lines, PdfTextLine::italic) > all);
    }

    private static int characters(List<PdfTextLine> lines, Predicate<PdfTextLine> counted) {
        return lines.stream()
                .filter(counted)
                .mapToInt(line -> line.text().length())
                .sum();
    }
}
