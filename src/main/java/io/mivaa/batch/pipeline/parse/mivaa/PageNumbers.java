package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Assigns 1-based page numbers to the page entries of an extraction result, which may count from zero. */
final class PageNumbers {

    /** A page number or count beyond this is not believed. */
    static final int MOST = 1_000_000;

    private final ParseSettings.PageBase base;
    private final @Nullable Integer declared;
    private final List<Warning> warnings;

    /**
     * @param declared the number of pages that the result states
     * @param warnings receives a warning when the numbers contradict it
     */
    PageNumbers(ParseSettings.PageBase base, @Nullable Integer declared, List<Warning> warnings) {
        this.base = base;
        this.declared = declared;
        this.warnings = warnings;
    }

    /** Merges the entries of each page into one part. Returns the parts in the order of their pages. */
    List<MarkdownPart> parts(Iterable<JsonNode> entries) {
        SortedMap<Integer, StringBuilder> byPage = byPage(entries);
        if (byPage.isEmpty()) {
            return List.of();
        }
        int shift = shift(byPage.firstKey(), byPage.lastKey());
        List<MarkdownPart> parts = new ArrayList<>();
        byPage.forEach((page, text) -> parts.add(new MarkdownPart(text.toString(), Math.max(1, page + shift))));
        return parts;
    }

    private static SortedMap<Integer, StringBuilder> byPage(Iterable<JsonNode> entries) {
        SortedMap<Integer, StringBuilder> byPage = new TreeMap<>();
        int next = 0;
        for (JsonNode entry : entries) {
            JsonFields fields = new JsonFields(entry);
            String text = fields.text("markdown", "content", "text");
            int number = number(fields, next);
            next = number + 1;
            if (text != null) {
                byPage.computeIfAbsent(number, page -> new StringBuilder())
                        .append(text)
                        .append("\n\n");
            }
        }
        return byPage;
    }

    private static int number(JsonFields fields, int otherwise) {
        Integer page = fields.integer(
                "pageNumber", "page_number", "page", "metadata.page", "metadata.page_number", "metadata.pageNumber");
        return page == null || page < 0 || page > MOST ? otherwise : page;
    }

    /** What to add to the numbers to make them 1-based. */
    private int shift(int first, int last) {
        boolean fromZero = base == ParseSettings.PageBase.ZERO || (base == ParseSettings.PageBase.AUTO && first == 0);
        int shift = fromZero ? 1 : 0;
        if ((declared != null && last + shift > declared) || first + shift < 1) {
            warnings.add(new Warning(
                    "page-numbers-uncertain",
                    "The page numbers " + first + " to " + last + " do not fit the page count of the result."));
        }
        return shift;
    }
}
