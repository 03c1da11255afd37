package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.pdf.layout.PdfLayout;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfLine;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDPage;

/** The pages of a document that have text, within the limit for characters. Not thread-safe. */
final class PdfPages {

    private final ParseLimits limits;
    private final List<PdfPage> pages = new ArrayList<>();
    private long characters;

    PdfPages(ParseLimits limits) {
        this.limits = limits;
    }

    List<PdfPage> withText() {
        return pages;
    }

    /**
     * Adds a page when it has text.
     *
     * @param number of the page, 1-based
     * @param lines in the order of the file
     * @return whether it has text
     * @throws io.mivaa.batch.pipeline.Rejected when the document has more text than the limit
     */
    boolean add(PDPage page, int number, List<List<PdfWord>> lines, PdfRulings rulings) {
        List<PdfLine> ordered = PdfLayout.ordered(lines, rulings, page).stream()
                .map(words -> PdfLine.of(words, number))
                .filter(line -> !line.text().isEmpty())
                .toList();
        characters += ordered.stream().mapToLong(line -> line.text().length()).sum();
        if (characters > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        if (!ordered.isEmpty()) {
            pages.add(new PdfPage(number, PdfPageContent.height(page), ordered));
        }
        return !ordered.isEmpty();
    }
}
