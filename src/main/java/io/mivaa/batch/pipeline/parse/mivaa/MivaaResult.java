package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An extraction result, converted from its many shapes to one.
 *
 * @param parts the Markdown: one part per page if the result has pages, else a single part without a page
 * @param pages the number of pages, null when unknown
 */
record MivaaResult(
        List<MarkdownPart> parts,
        @Nullable Integer pages,
        List<PagedTable> tables,
        List<PagedFigure> figures,
        Metadata metadata,
        List<Warning> warnings) {

    private static final String ACCEPTED = "The JSON is not an extraction result. Expected an object with \"markdown\","
            + " with \"content\" (text, or an object with \"text\"), with \"pages\" [{\"pageNumber\", \"content\"}]"
            + " or with \"page_chunks\" [{\"metadata\": {\"page\"}, \"text\"}].";

    /** @throws Rejected when the JSON has none of the known shapes */
    static MivaaResult of(JsonNode root, ParseSettings.PageBase base) {
        JsonNode result = unwrapped(root);
        JsonFields fields = new JsonFields(result);
        Integer declared = declaredPages(fields);
        List<Warning> warnings = new ArrayList<>();
        List<MarkdownPart> parts = new PageNumbers(base, declared, warnings).parts(pageEntries(result, fields));
        if (parts.stream().allMatch(part -> part.markdown().isBlank())) {
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
        return pages == null || pages < 1 || pages > PageNumbers.MOST ? null : pages;
    }

    private static @Nullable Integer pages(List<MarkdownPart> parts, @Nullable Integer declared) {
        int last = declared == null ? 0 : declared;
        for (MarkdownPart part : parts) {
            Integer page = part.page();
            last = Math.max(last, page == null ? 0 : page);
        }
        return last == 0 ? null : last;
    }

    private static Iterable<JsonNode> pageEntries(JsonNode result, JsonFields fields) {
        JsonNode chunks = result.isArray() ? result : fields.array("page_chunks", "pageChunks");
        JsonNode entries = chunks == null ? fields.array("pages") : chunks;
        return entries == null ? List.of() : entries;
    }

    private static List<MarkdownPart> wholeParts(
            JsonNode result, JsonFields fields, @Nullable Integer declared, List<MarkdownPart> blankPages) {
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
