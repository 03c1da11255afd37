package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfLine;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraphs;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPassage;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfTextLine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Removes headings that say only that their section goes on: on a later page, with "(continued)". They are running
 * headers that stand on two pages.
 */
final class PdfRepeatedHeadings {

    private record Open(int level, String words) {}

    private PdfRepeatedHeadings() {}

    static List<PdfPage> removed(List<PdfPage> pages, PdfOutline outline) {
        boolean none = pages.stream()
                .flatMap(page -> page.lines().stream())
                .noneMatch(line -> line instanceof PdfTextLine && PdfContinuation.isIn(line.text()));
        if (none) {
            return pages;
        }
        Set<PdfLine> repeated = repeated(PdfPassage.paragraphs(PdfParagraphs.of(pages)), outline);
        return pages.stream()
                .map(page -> page.with(page.lines().stream()
                        .filter(line -> !repeated.contains(line))
                        .toList()))
                .toList();
    }

    private static Set<PdfLine> repeated(List<PdfParagraph> paragraphs, PdfOutline outline) {
        PdfHeadings headings = PdfHeadings.of(paragraphs, outline);
        Set<PdfLine> repeated = new HashSet<>();
        Deque<Open> open = new ArrayDeque<>();
        for (PdfParagraph paragraph : paragraphs) {
            String text = paragraph.onOneLine(Set.of());
            String words = PdfContinuation.without(text).toLowerCase(Locale.ROOT);
            int level = headings.level(paragraph);
            if (PdfContinuation.isIn(text)
                    && !words.isEmpty()
                    && open.stream().anyMatch(section -> section.words.equals(words))) {
                repeated.addAll(paragraph.lines());
            } else if (level > 0) {
                while (!open.isEmpty() && open.peek().level >= level) {
                    open.pop();
                }
                open.push(new Open(level, words));
            }
        }
        return repeated;
    }
}
