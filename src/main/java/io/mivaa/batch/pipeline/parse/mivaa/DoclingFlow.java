package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Writes a DoclingDocument (docling-core, schema versions 1.x) in the order of its body, without page headers and
 * footers. Not thread-safe.
 */
final class DoclingFlow {

    private static final String FURNITURE = "furniture|page_header|page_footer|document_index";
    private static final int MOST_PAGES = 1_000_000;

    private final JsonNode root;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final DoclingTree tree;
    private int pages;
    private int page;

    private DoclingFlow(JsonNode root, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        this.root = root;
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
        this.tree = new DoclingTree(root);
    }

    static boolean recognises(JsonNode root) {
        return root.isObject()
                && (root.path("schema_name").asString("").equals("DoclingDocument")
                        || (root.path("body").has("children")
                                && root.path("texts").isArray()));
    }

    static ParsedDocument write(JsonNode root, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        return new DoclingFlow(root, limits, settings, progress).write();
    }

    private ParsedDocument write() {
        pages = Math.max(0, root.path("pages").size());
        if (pages > limits.maxPages()) {
            throw tooManyPages();
        }
        for (DoclingTree.Item item = tree.next(); item != null; item = tree.next()) {
            SourceBytes.checkCancelled();
            write(item);
        }
        flow.end();
        return writer.finish(metadata(), pages == 0 ? null : pages, List.of());
    }

    private Metadata metadata() {
        JsonFields fields = new JsonFields(root);
        String name = fields.line("name");
        Map<String, String> other = name == null ? Map.of() : Map.of("name", name);
        return new Metadata(null, null, fields.line("language"), null, null, other);
    }

    private Rejected tooManyPages() {
        return new Rejected(
                "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
    }

    private void write(DoclingTree.Item item) {
        JsonNode node = item.node();
        String label = node.path("label").asString("");
        if (label.matches(FURNITURE)
                || node.path("content_layer").asString("body").matches("furniture|background|invisible")) {
            return;
        }
        startPage(node);
        if (item.pointer().startsWith("#/texts/")) {
            text(item, label);
        } else if (item.pointer().startsWith("#/tables/")) {
            table(node);
        } else if (item.pointer().startsWith("#/pictures/")) {
            picture(node);
        }
        children(item, label);
    }

    private void startPage(JsonNode node) {
        int number = node.path("prov").path(0).path("page_no").asInt(0);
        if (number > 0 && number != page && number <= MOST_PAGES) {
            if (number > limits.maxPages()) {
                throw tooManyPages();
            }
            page = number;
            pages = Math.max(pages, number);
            flow.page(number);
            progress.pagesRead(number);
        }
    }

    private void children(DoclingTree.Item item, String label) {
        int level = item.level();
        boolean ordered = item.ordered();
        if (label.equals("list") || label.equals("ordered_list")) {
            level++;
            ordered = label.equals("ordered_list");
        } else if (label.equals("list_item")) {
            level = Math.max(level, 0);
        }
        tree.follow(item.node().path("children"), level, ordered);
    }

    private void text(DoclingTree.Item item, String label) {
        JsonNode node = item.node();
        String text = text(node);
        switch (label) {
            case "title" -> flow.heading(1, text);
            case "section_header" ->
                flow.heading(1 + Math.max(1, node.path("level").asInt(1)), text);
            case "list_item" -> item(item, text);
            case "code" -> flow.code(text);
            case "caption" -> flow.caption(text);
            case "checkbox_selected" -> flow.paragraph("[x] " + text);
            case "checkbox_unselected" -> flow.paragraph("[ ] " + text);
            default -> flow.paragraph(text);
        }
    }

    private void item(DoclingTree.Item item, String text) {
        boolean numbered = item.node().path("enumerated").asBoolean(item.ordered());
        String marker = item.node().path("marker").asString("").strip();
        flow.item(
                Math.max(0, item.level()),
                numbered && marker.matches("\\d{1,9}[.)]") ? marker : numbered ? "1." : "-",
                text);
    }

    private static String text(JsonNode node) {
        String text = node.path("text").asString("");
        return text.isBlank() ? node.path("orig").asString("") : text;
    }

    private String captions(JsonNode node) {
        return tree.take(node.path("captions")).stream()
                .map(caption -> CleanText.line(text(caption)))
                .collect(Collectors.joining(" "))
                .strip();
    }

    private void picture(JsonNode node) {
        String caption = captions(node);
        if (!caption.isEmpty()) {
            flow.figure(caption);
        }
    }

    private void table(JsonNode node) {
        String caption = captions(node);
        if (!caption.isEmpty()) {
            flow.end();
            flow.caption(caption);
        }
        flow.table(DoclingTable.grid(node.path("data"), cells));
    }
}
