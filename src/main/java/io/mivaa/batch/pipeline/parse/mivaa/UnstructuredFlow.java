package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.html.HtmlPage;
import io.mivaa.batch.pipeline.parse.html.HtmlTable;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;
import tools.jackson.databind.JsonNode;

/** Writes the elements of a result of Unstructured, without page headers, footers and page numbers. Not thread-safe. */
final class UnstructuredFlow {

    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private int page;
    private int pages;

    private UnstructuredFlow(ParseLimits limits, ParseProgress progress) {
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
    }

    static boolean recognises(JsonNode root) {
        JsonNode first = root.isArray() ? root.path(0) : root;
        return root.isArray()
                && first.path("type").isString()
                && first.path("text").isString()
                && (first.has("element_id") || first.path("metadata").isObject());
    }

    static ParsedDocument write(JsonNode root, ParseLimits limits, ParseProgress progress) {
        return new UnstructuredFlow(limits, progress).write(root);
    }

    private ParsedDocument write(JsonNode root) {
        for (JsonNode element : root) {
            SourceBytes.checkCancelled();
            startPage(element.path("metadata").path("page_number").asInt(0));
            element(element);
        }
        flow.end();
        return writer.finish(metadata(root), pages == 0 ? null : pages, List.of());
    }

    private void startPage(int number) {
        if (number > limits.maxPages()) {
            throw new Rejected(
                    "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
        }
        if (number > 0 && number != page) {
            page = number;
            pages = Math.max(pages, number);
            flow.page(number);
            progress.pagesRead(number);
        }
    }

    private void element(JsonNode element) {
        String text = element.path("text").asString("");
        JsonNode metadata = element.path("metadata");
        int depth = Math.max(0, metadata.path("category_depth").asInt(0));
        switch (element.path("type").asString("")) {
            case "Header", "Footer", "PageNumber", "PageBreak" -> {}
            case "Title" -> flow.heading(1 + depth, text);
            case "ListItem" -> flow.item(depth > 0 ? depth - 1 : 0, "-", text.replaceFirst("^\\s*[•·▪*-]\\s+", ""));
            case "Table", "TableChunk" -> table(metadata.path("text_as_html").asString(""), text);
            case "FigureCaption" -> flow.caption(text);
            case "Image", "Picture", "Figure" -> flow.figure(text);
            case "CodeSnippet" -> flow.code(text);
            default -> flow.paragraph(text);
        }
    }

    private void table(String html, String text) {
        Element element = html.isBlank()
                ? null
                : HtmlPage.parse(CleanText.normalised(html)).selectFirst("table");
        Table table = element == null ? null : HtmlTable.read(element);
        if (table == null) {
            flow.paragraph(text);
        } else {
            flow.table(table);
        }
    }

    private static Metadata metadata(JsonNode root) {
        JsonNode first = root.path(0).path("metadata");
        String language = first.path("languages").path(0).asString("");
        String filename = CleanText.line(first.path("filename").asString(""));
        String known = language.isBlank() ? null : CleanText.line(language);
        return new Metadata(
                null,
                null,
                known,
                null,
                Dates.instant(first.path("last_modified").asString("")),
                filename.isEmpty() ? Map.of() : Map.of("filename", filename));
    }
}
