package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.TableText;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import io.mivaa.batch.pipeline.parse.text.Csv;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tables and image descriptions that an extraction result holds separately from its text. */
record MivaaAttachments(List<PagedTable> tables, List<PagedFigure> figures) {

    static MivaaAttachments of(JsonNode result, List<Warning> warnings) {
        List<PagedTable> tables = new ArrayList<>();
        List<PagedFigure> figures = new ArrayList<>();
        JsonFields fields = new JsonFields(result);
        read(fields, null, tables, figures, warnings);
        JsonNode pages = fields.array("pages");
        if (pages != null) {
            for (JsonNode page : pages) {
                JsonFields ofPage = new JsonFields(page);
                read(ofPage, ofPage.integer("pageNumber", "page_number", "page"), tables, figures, warnings);
            }
        }
        return new MivaaAttachments(tables, figures);
    }

    private static void read(
            JsonFields owner,
            @Nullable Integer ownerPage,
            List<PagedTable> tables,
            List<PagedFigure> figures,
            List<Warning> warnings) {
        for (JsonNode node : elements(owner, "tables", "content.tables")) {
            JsonFields fields = new JsonFields(node);
            Integer page = page(fields, ownerPage);
            Table table = table(fields, page, warnings);
            if (table != null) {
                tables.add(new PagedTable(table, page));
            }
        }
        for (JsonNode node : elements(owner, "images", "content.images")) {
            JsonFields fields = new JsonFields(node);
            String text = figure(fields);
            if (!text.isEmpty()) {
                figures.add(new PagedFigure(text, page(fields, ownerPage)));
            }
        }
    }

    private static Iterable<JsonNode> elements(JsonFields owner, String... names) {
        JsonNode array = owner.array(names);
        return array == null ? List.of() : array;
    }

    private static @Nullable Integer page(JsonFields fields, @Nullable Integer ownerPage) {
        Integer page = fields.integer("position.page", "page_number", "pageNumber", "page");
        return page == null || page < 1 ? ownerPage : page;
    }

    private static @Nullable Table table(JsonFields fields, @Nullable Integer page, List<Warning> warnings) {
        List<List<String>> grid = new ArrayList<>();
        JsonNode headers = fields.array("headers");
        boolean headed = headers != null && !headers.isEmpty();
        if (headed && headers != null) {
            grid.add(JsonFields.strings(headers));
        }
        rows(fields, grid);
        if (grid.isEmpty()) {
            return null;
        }
        if (TableText.isRagged(grid)) {
            warnings.add(
                    new Warning("ragged-table", "A table had rows of different lengths, which were padded.", page));
        }
        List<List<String>> even = TableText.padded(grid);
        String caption = fields.line("caption", "title", "summary", "description");
        return headed
                ? new Table(even.get(0), even.subList(1, even.size()), caption)
                : new Table(List.of(), even, caption);
    }

    private static void rows(JsonFields fields, List<List<String>> grid) {
        JsonNode rows = fields.array("rows", "tableData", "table_data", "data");
        if (rows != null) {
            for (JsonNode row : rows) {
                if (row.isArray()) {
                    grid.add(JsonFields.strings(row));
                }
            }
            return;
        }
        String csv = fields.text("csv_data", "csvData", "csv");
        if (csv != null) {
            grid.addAll(Csv.rows(csv));
        }
    }

    private static String figure(JsonFields fields) {
        List<String> lines = new ArrayList<>();
        for (String name : List.of(
                "caption", "altText", "alt_text", "description", "extractedText", "ocr_result.text", "ocr_result")) {
            String line = fields.line(name);
            if (line != null && !lines.contains(line)) {
                lines.add(line);
            }
        }
        return String.join("\n", lines);
    }
}
