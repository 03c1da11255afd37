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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Writes a DoclingDocument (docling-core, versions 1.x of the schema) in the order of its body, each part once, without
 * page headers and footers. Whatever refers in a ring ends, because nothing is visited twice.
 */
final class DoclingFlow {

    private static final String FURNITURE = "furniture|page_header|page_footer|document_index";

    private final JsonNode root;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final Set<String> visited = new HashSet<>();
    private final Deque<Visit> open = new ArrayDeque<>();
    private int pages;
    private int page;

    /** @param level of lists around it, -1 outside of lists */
    private record Visit(String reference, int level, boolean ordered) {}

    private DoclingFlow(JsonNode root, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        this.root = root;
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
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
        visited.add("#/body");
        push(root.path("body").path("children"), -1, false);
        while (!open.isEmpty()) {
            Visit visit = open.pop();
            JsonNode item = root.at(visit.reference().substring(1));
            if (!item.isMissingNode() && visited.add(visit.reference())) {
                visit(item, visit);
            }
        }
        flow.end();
        JsonFields fields = new JsonFields(root);
        String name = fields.line("name");
        Map<String, String> other = name == null ? Map.of() : Map.of("name", name);
        return writer.finish(
                new Metadata(null, null, fields.line("language"), null, null, other),
                pages == 0 ? null : pages,
                List.of());
    }

    private Rejected tooManyPages() {
        return new Rejected(
                "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
    }

    /** The first one is visited next. */
    private void push(JsonNode references, int level, boolean ordered) {
        List<Visit> visits = new ArrayList<>();
        for (JsonNode reference : references) {
            String target =
                    reference.path("$ref").asString(reference.path("cref").asString(""));
            if (target.matches("#/(?:texts|groups|tables|pictures|body|key_value_items|form_items)(?:/\\d{1,7})?")) {
                visits.add(new Visit(target, level, ordered));
            }
        }
        for (int i = visits.size() - 1; i >= 0; i--) {
            open.push(visits.get(i));
        }
    }

    private void visit(JsonNode item, Visit visit) {
        SourceBytes.checkCancelled();
        String label = item.path("label").asString("");
        boolean list = label.equals("list") || label.equals("ordered_list");
        if (label.matches(FURNITURE)
                || item.path("content_layer").asString("body").matches("furniture|background|invisible")) {
            return;
        }
        at(item);
        if (visit.reference().startsWith("#/texts/")) {
            text(item, label, visit);
        } else if (visit.reference().startsWith("#/tables/")) {
            table(item);
        } else if (visit.reference().startsWith("#/pictures/")) {
            String caption = captions(item);
            if (!caption.isEmpty()) {
                flow.figure(caption);
            }
        }
        boolean within = list || label.equals("list_item");
        push(
                item.path("children"),
                list ? visit.level() + 1 : within ? Math.max(visit.level(), 0) : visit.level(),
                list ? label.equals("ordered_list") : visit.ordered());
    }

    private void at(JsonNode item) {
        int number = item.path("prov").path(0).path("page_no").asInt(0);
        if (number > 0 && number != page && number <= 1_000_000) {
            if (number > limits.maxPages()) {
                throw tooManyPages();
            }
            page = number;
            pages = Math.max(pages, number);
            flow.page(number);
            progress.pagesRead(number);
        }
    }

    private void text(JsonNode item, String label, Visit visit) {
        String text = said(item);
        switch (label) {
            case "title" -> flow.heading(1, text);
            case "section_header" ->
                flow.heading(1 + Math.max(1, item.path("level").asInt(1)), text);
            case "list_item" -> item(item, text, visit);
            case "code" -> flow.code(text);
            case "caption" -> flow.caption(text);
            case "checkbox_selected" -> flow.paragraph("[x] " + text);
            case "checkbox_unselected" -> flow.paragraph("[ ] " + text);
            default -> flow.paragraph(text);
        }
    }

    private void item(JsonNode item, String text, Visit visit) {
        boolean numbered = item.path("enumerated").asBoolean(visit.ordered());
        String marker = item.path("marker").asString("").strip();
        flow.item(
                Math.max(0, visit.level()),
                numbered && marker.matches("\\d{1,9}[.)]") ? marker : numbered ? "1." : "-",
                text);
    }

    private static String said(JsonNode item) {
        String text = item.path("text").asString("");
        return text.isBlank() ? item.path("orig").asString("") : text;
    }

    /** Visited here, so that they do not come again. */
    private String captions(JsonNode item) {
        List<String> captions = new ArrayList<>();
        for (JsonNode reference : item.path("captions")) {
            String target = reference.path("$ref").asString("");
            if (target.matches("#/texts/\\d{1,7}") && visited.add(target)) {
                captions.add(CleanText.line(said(root.at(target.substring(1)))));
            }
        }
        return String.join(" ", captions).strip();
    }

    private void table(JsonNode item) {
        String caption = captions(item);
        if (!caption.isEmpty()) {
            flow.end();
            flow.caption(caption);
        }
        flow.table(DoclingTable.grid(item.path("data"), cells));
    }
}
