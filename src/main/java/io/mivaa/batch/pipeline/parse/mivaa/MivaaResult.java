package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An extraction result, its many shapes brought to one.
 *
 * @param parts the Markdown, page by page where the result says so, else in one part without a page
 * @param pages how many pages there are, null when unknown
 */
record MivaaResult(
        List<Part> parts,
        @Nullable Integer pages,
        List<PagedTable> tables,
        List<PagedFigure> figures,
        Metadata metadata,
        List<Warning> warnings) {

    /** Markdown of a page, 1-based. */
    record Part(String markdown, @Nullable Integer page) {}

    record PagedTable(Table table, @Nullable Integer page) {}

    record PagedFigure(String text, @Nullable Integer page) {}

    private static final String ACCEPTED = "The JSON is no extraction result: expected an object with \"markdown\","
            + " with \"content\" (text, or an object with \"text\"), with \"pages\" [{\"pageNumber\", \"content\"}]"
            + " or with \"page_chunks\" [{\"metadata\": {\"page\"}, \"text\"}].";

    private static final int MOST_PAGES = 1_000_000;

    static MivaaResult of(JsonNode root, ParseSettings.PageBase base) {
        JsonNode result = unwrapped(root);
        JsonFields fields = new JsonFields(result);
        Integer declared = declaredPages(fields);
        List<Warning> warnings = new ArrayList<>();
        List<Part> parts = pageParts(result, fields, base, declared, warnings);
        if (parts.stream().allMatch(part -> part.markdown.isBlank())) {
            parts = wholeParts(result, fields, declared, parts);
        }
        MivaaAttachments attachments = MivaaAttachments.of(result, warnings);
        return new MivaaResult(
                parts,
                pages(parts, declared),
                attachments.tables(),
                attachments.figures(),
                MivaaMetadata.of(fields),
                warnings);
    }

    private static JsonNode unwrapped(JsonNode root) {
        for (String name : List.of("data", "result", "document")) {
            if (root.isObject() && !root.has("markdown") && root.path(name).isObject()) {
                return root.path(name);
            }
        }
        return root;
    }

    private static @Nullable Integer declaredPages(JsonFields fields) {
        Integer pages = fields.integer(
                "processingStats.pages",
                "metadata.pages",
                "metadata.pageCount",
                "metadata.page_count",
                "page_count",
                "pageCount",
                "content.metadata.page_count");
        return pages == null || pages < 1 || pages > MOST_PAGES ? null : pages;
    }

    private static @Nullable Integer pages(List<Part> parts, @Nullable Integer declared) {
        int last = declared == null ? 0 : declared;
        for (Part part : parts) {
            last = Math.max(last, part.page == null ? 0 : part.page);
        }
        return last == 0 ? null : last;
    }

    private static List<Part> pageParts(
            JsonNode result,
            JsonFields fields,
            ParseSettings.PageBase base,
            @Nullable Integer declared,
            List<Warning> warnings) {
        JsonNode chunks = result.isArray() ? result : fields.array("page_chunks", "pageChunks");
        if (chunks != null) {
            return numbered(chunks, base, declared, warnings);
        }
        JsonNode pages = fields.array("pages");
        return pages == null ? List.of() : numbered(pages, base, declared, warnings);
    }

    /** Several entries of one page become one part; pages come in their order. */
    private static List<Part> numbered(
            JsonNode entries, ParseSettings.PageBase base, @Nullable Integer declared, List<Warning> warnings) {
        TreeMap<Integer, StringBuilder> byPage = new TreeMap<>();
        int position = 0;
        for (JsonNode entry : entries) {
            JsonFields fields = new JsonFields(entry);
            String text = fields.text("markdown", "content", "text");
            Integer page = fields.integer(
                    "pageNumber",
                    "page_number",
                    "page",
                    "metadata.page",
                    "metadata.page_number",
                    "metadata.pageNumber");
            int number = page == null || page < 0 || page > MOST_PAGES ? position : page;
            position = number + 1;
            if (text != null) {
                byPage.computeIfAbsent(number, n -> new StringBuilder())
                        .append(text)
                        .append("\n\n");
            }
        }
        if (byPage.isEmpty()) {
            return List.of();
        }
        int shift = shift(base, byPage.firstKey(), byPage.lastKey(), declared, warnings);
        List<Part> parts = new ArrayList<>();
        byPage.forEach((page, text) -> parts.add(new Part(text.toString(), Math.max(1, page + shift))));
        return parts;
    }

    /** What makes the numbers 1-based. */
    private static int shift(
            ParseSettings.PageBase base, int first, int last, @Nullable Integer declared, List<Warning> warnings) {
        int shift =
                base == ParseSettings.PageBase.AUTO ? first == 0 ? 1 : 0 : base == ParseSettings.PageBase.ZERO ? 1 : 0;
        if ((declared != null && last + shift > declared) || first + shift < 1) {
            warnings.add(new Warning(
                    "page-numbers-uncertain",
                    "The page numbers " + first + " to " + last + " do not fit the page count of the result."));
        }
        return shift;
    }

    private static List<Part> wholeParts(
            JsonNode result, JsonFields fields, @Nullable Integer declared, List<Part> blankPages) {
        String markdown = result.isString()
                ? result.stringValue()
                : fields.text("markdown", "content.markdown", "content.text", "content");
        if (markdown != null) {
            return PageBreaks.split(markdown, declared);
        }
        if (blankPages.isEmpty()) {
            throw new Rejected("unrecognised-json", ACCEPTED);
        }
        return blankPages;
    }
}
