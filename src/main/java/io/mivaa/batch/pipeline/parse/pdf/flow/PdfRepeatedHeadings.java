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
 * Removes headings that only say, on a later page and with a mark such as "(continued)", that their section continues.
 * They are running headers of two pages. Not thread-safe.
 */
final class PdfRepeatedHeadings {

    private final PdfHeadings headings;

    /** The sections around the current paragraph, the innermost first. */
    private final Deque<Open> open = new ArrayDeque<>();

    private record Open(int level, String words) {}

    private PdfRepeatedHeadings(PdfHeadings headings) {
        this.headings = headings;
    }

    static List<PdfPage> removed(List<PdfPage> pages, PdfOutline outline) {
        boolean none = pages.stream()
                .flatMap(page -> page.lines().stream())
                .noneMatch(line -> line instanceof PdfTextLine && PdfContinuation.isIn(line.text()));
        if (none) {
            return pages;
        }
        List<PdfParagraph> paragraphs = PdfPassage.paragraphs(PdfParagraphs.of(pages));
        PdfRepeatedHeadings repeated = new PdfRepeatedHeadings(PdfHeadings.of(paragraphs, outline));
        Set<PdfLine> lines = new HashSet<>();
        for (PdfParagraph paragraph : paragraphs) {
            if (repeated.repeats(paragraph)) {
                lines.addAll(paragraph.lines());
            }
        }
        return pages.stream().map(page -> page.without(lines)).toList();
    }

    /** Whether it repeats the heading of an open section. To be called for each paragraph in order. */
    private boolean repeats(PdfParagraph paragraph) {
        String text = paragraph.onOneLine(Set.of());
        String words = PdfContinuation.without(text).toLowerCase(Locale.ROOT);
        boolean marked = PdfContinuation.isIn(text) && !words.isEmpty();
        if (marked && open.stream().anyMatch(section -> section.words.equals(words))) {
            return true;
        }
        int level = headings.level(paragraph);
        if (level > 0) {
            open.removeIf(section -> section.level >= level);
            open.push(new Open(level, words));
        }
        return false;
    }
}
