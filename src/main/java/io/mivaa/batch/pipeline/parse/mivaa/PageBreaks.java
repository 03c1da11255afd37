package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits Markdown at the lines of five dashes that PyMuPDF4LLM writes between pages. The author can use such a line as a
 * rule, so it counts as a page break only when there are as many parts as pages.
 */
final class PageBreaks {

    private static final String BREAK = "-----";

    private PageBreaks() {}

    /** @param pages the number of pages that the result states */
    static List<MarkdownPart> split(String markdown, @Nullable Integer pages) {
        List<String> parts = parts(CleanText.normalised(markdown));
        if (parts.size() > 1 && parts.get(parts.size() - 1).isBlank()) {
            parts.remove(parts.size() - 1);
        }
        if (pages == null || parts.size() != pages) {
            Integer only = pages != null && pages == 1 ? pages : null;
            return List.of(new MarkdownPart(markdown, only));
        }
        List<MarkdownPart> paged = new ArrayList<>();
        for (String part : parts) {
            paged.add(new MarkdownPart(part, paged.size() + 1));
        }
        return paged;
    }

    private static List<String> parts(String markdown) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean afterBlank = true;
        for (String line : markdown.split("\n", -1)) {
            // dashes right after a line of text make that line a heading
            if (afterBlank && line.strip().equals(BREAK)) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(line).append('\n');
                afterBlank = line.isBlank();
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
