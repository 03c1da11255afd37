package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a workbook: each sheet as a heading and the tables that stand on it, cells as Excel shows them. */
final class XlsxReader {

    private static final int COLUMNS = 16_384;

    private final OoxmlPackage parts;
    private final String main;
    private final ParseLimits limits;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final HiddenCells hidden = new HiddenCells();
    private final List<String> shared = new ArrayList<>();
    private XlsxFormats formats = new XlsxFormats();

    XlsxReader(OoxmlPackage parts, String main, ParseLimits limits, ContainerSettings settings) {
        this.parts = parts;
        this.main = main;
        this.limits = limits;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
    }

    private record SheetRef(String name, String id, boolean hidden) {}

    ParsedDocument read() throws IOException {
        Map<String, OoxmlPackage.Relation> relations = parts.relations(main);
        List<SheetRef> sheets = sheets();
        readShared();
        formats = XlsxFormats.of(parts, main, formats.counts1904());
        for (SheetRef sheet : sheets) {
            OoxmlPackage.Relation relation = relations.get(sheet.id);
            if (sheet.hidden) {
                hidden.sheet();
            } else if (relation != null
                    && relation.type().equals("worksheet")
                    && parts.zip().has(relation.target())) {
                SheetCells grid = read(relation.target());
                showFiltered(grid, relation.target());
                grid.leaveOutHidden(hidden);
                if (!grid.isEmpty()) {
                    flow.heading(1, sheet.name);
                    SheetTables.write(grid, flow);
                }
            }
        }
        flow.end();
        return hidden.finish(writer, parts.metadata());
    }

    /** The tables on a sheet have filters of their own. */
    private void showFiltered(SheetCells grid, String sheet) throws IOException {
        for (OoxmlPackage.Relation relation : parts.relations(sheet).values()) {
            if (relation.type().equals("table") && !relation.external()) {
                try (XmlPart xml = parts.find(relation.target())) {
                    while (xml != null && xml.next()) {
                        if (xml.starts("autoFilter")) {
                            showFiltered(grid, xml);
                        }
                    }
                }
            }
        }
    }

    /** What a filter keeps from view its next user sees. */
    private static void showFiltered(SheetCells grid, XmlPart xml) throws IOException {
        String[] ends = xml.attribute("ref", "").split(":", -1);
        boolean filters = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            filters |= xml.starts("filterColumn");
        }
        if (filters && ends.length == 2) {
            grid.showRows(row(ends[0]), row(ends[1]));
        }
    }

    private List<SheetRef> sheets() throws IOException {
        List<SheetRef> sheets = new ArrayList<>();
        try (XmlPart xml = parts.open(main)) {
            while (xml.next()) {
                if (xml.starts("sheet")) {
                    boolean hides = !xml.attribute("state", "visible").equals("visible");
                    sheets.add(new SheetRef(xml.attribute("name", ""), xml.attribute("id", ""), hides));
                } else if (xml.starts("workbookPr")) {
                    formats.counts1904(xml.attribute("date1904", "0").matches("1|true"));
                }
            }
        }
        return sheets;
    }

    private void readShared() throws IOException {
        String part = parts.related(main, "sharedStrings");
        if (part == null) {
            return;
        }
        long characters = 0;
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("si")) {
                    String text = richText(xml);
                    characters += text.length() + 8;
                    if (characters > 2L * limits.maxCharacters()) {
                        throw MarkdownWriter.tooMuchText(limits);
                    }
                    shared.add(text);
                }
            }
        }
    }

    /** Text in pieces of one look each, without the reading aids over East Asian characters. */
    private static String richText(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("t")) {
                text.append(xml.textWithin());
            } else if (xml.starts("rPh")) {
                xml.skip();
            }
        }
        return CleanText.line(text.toString());
    }

    private SheetCells read(String part) throws IOException {
        SheetCells grid = new SheetCells(cells);
        long characters = 0;
        int row = -1;
        int column = -1;
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("row")) {
                    row = xml.number("r", row + 2) - 1;
                    column = -1;
                    if (isHidden(xml)) {
                        grid.hideRows(row, row);
                    }
                } else if (xml.starts("col") && isHidden(xml)) {
                    grid.hideColumns(xml.number("min", 0) - 1, xml.number("max", 0) - 1);
                } else if (xml.starts("autoFilter")) {
                    showFiltered(grid, xml);
                } else if (xml.starts("c")) {
                    int at = column(xml.attribute("r"));
                    column = at < 0 ? column + 1 : at;
                    String text = cell(xml);
                    characters += text.length();
                    if (characters > limits.maxCharacters()) {
                        throw MarkdownWriter.tooMuchText(limits);
                    }
                    grid.put(row, column, text);
                } else if (xml.starts("mergeCell")) {
                    merge(grid, xml.attribute("ref", ""));
                }
            }
        }
        return grid;
    }

    /** In a group it is only folded away. */
    private static boolean isHidden(XmlPart xml) {
        return xml.attribute("hidden", "0").matches("1|true") && xml.number("outlineLevel", 0) == 0;
    }

    private String cell(XmlPart xml) throws IOException {
        String type = xml.attribute("t", "n");
        int style = xml.number("s", 0);
        String value = "";
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("v")) {
                value = xml.textWithin().strip();
            } else if (xml.starts("is")) {
                value = richText(xml);
                type = "str";
            } else if (xml.starts("f") || xml.starts("extLst")) {
                xml.skip();
            }
        }
        return switch (type) {
            case "s" -> shared(value);
            case "b" -> value.equals("1") ? "TRUE" : value.isEmpty() ? "" : "FALSE";
            case "n" -> value.isEmpty() ? "" : formats.shown(value, style);
            default -> CleanText.line(value);
        };
    }

    private String shared(String index) {
        if (!index.matches("\\d{1,8}") || Integer.parseInt(index) >= shared.size()) {
            return "";
        }
        return shared.get(Integer.parseInt(index));
    }

    private static void merge(SheetCells grid, String reference) {
        String[] ends = reference.split(":", -1);
        if (ends.length == 2) {
            grid.merge(row(ends[0]), column(ends[0]), row(ends[1]), column(ends[1]));
        }
    }

    /** The number of {@code AB} in {@code AB12}, 0-based; -1 when there is none. */
    static int column(@Nullable String reference) {
        int column = 0;
        int i = 0;
        for (; reference != null && i < reference.length() && i < 4; i++) {
            int letter = Character.toUpperCase(reference.charAt(i)) - 'A';
            if (letter < 0 || letter > 25) {
                break;
            }
            column = column * 26 + letter + 1;
        }
        if (column > COLUMNS) {
            throw new Rejected("damaged-document", "The Excel document has cells outside of its sheets.");
        }
        return column - 1;
    }

    private static int row(String reference) {
        String digits = reference.replaceAll("[^0-9]", "");
        return digits.matches("\\d{1,7}") ? Integer.parseInt(digits) - 1 : -1;
    }
}
