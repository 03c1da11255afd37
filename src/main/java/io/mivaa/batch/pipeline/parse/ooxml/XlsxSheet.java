package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;

/** Reads the cells of one sheet as Excel shows them, and which rows and columns are hidden. Not thread-safe. */
final class XlsxSheet {

    private final SheetCells cells;
    private final XlsxStrings strings;
    private final XlsxFormats formats;
    private final ParseLimits limits;
    private int row = -1;
    private int column = -1;
    private long characters;

    XlsxSheet(SheetCells cells, XlsxStrings strings, XlsxFormats formats, ParseLimits limits) {
        this.cells = cells;
        this.strings = strings;
        this.formats = formats;
        this.limits = limits;
    }

    /** Reads a sheet, then the tables on it, which have filters of their own. */
    void read(OoxmlPackage parts, String part) throws IOException {
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.isStart()) {
                    start(xml);
                }
            }
        }
        for (OoxmlPackage.Relation relation : parts.relations(part).values()) {
            if (relation.type().equals("table") && !relation.external()) {
                readTable(parts, relation.target());
            }
        }
    }

    private void readTable(OoxmlPackage parts, String part) throws IOException {
        try (XmlPart xml = parts.find(part)) {
            while (xml != null && xml.next()) {
                if (xml.starts("autoFilter")) {
                    showFiltered(xml);
                }
            }
        }
    }

    private void start(XmlPart xml) throws IOException {
        switch (xml.name()) {
            case "row" -> row(xml);
            case "col" -> {
                if (isHidden(xml)) {
                    cells.hideColumns(xml.number("min", 0) - 1, xml.number("max", 0) - 1);
                }
            }
            case "autoFilter" -> showFiltered(xml);
            case "c" -> cell(xml);
            case "mergeCell" -> merge(xml.attribute("ref", ""));
            default -> {}
        }
    }

    private void row(XmlPart xml) {
        row = xml.number("r", row + 2) - 1;
        column = -1;
        if (isHidden(xml)) {
            cells.hideRows(row, row);
        }
    }

    /** A row or column in a group is only folded away. */
    private static boolean isHidden(XmlPart xml) {
        return xml.attribute("hidden", "0").matches("1|true") && xml.number("outlineLevel", 0) == 0;
    }

    /** Shows the rows that a filter hides: the next user of the sheet may filter in another way. */
    private void showFiltered(XmlPart xml) throws IOException {
        String[] ends = xml.attribute("ref", "").split(":", -1);
        boolean filters = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            filters |= xml.starts("filterColumn");
        }
        if (filters && ends.length == 2) {
            cells.showRows(CellReference.row(ends[0]), CellReference.row(ends[1]));
        }
    }

    private void cell(XmlPart xml) throws IOException {
        int at = CellReference.column(xml.attribute("r"));
        column = at < 0 ? column + 1 : at;
        String text = text(xml);
        characters += text.length();
        if (characters > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        cells.put(row, column, text);
    }

    private String text(XmlPart xml) throws IOException {
        String type = xml.attribute("t", "n");
        int style = xml.number("s", 0);
        String value = "";
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("v")) {
                value = xml.textWithin().strip();
            } else if (xml.starts("is")) {
                value = XlsxStrings.richText(xml);
                type = "str";
            } else if (xml.starts("f") || xml.starts("extLst")) {
                xml.skip();
            }
        }
        return shown(type, style, value);
    }

    private String shown(String type, int style, String value) {
        return switch (type) {
            case "s" -> strings.at(value);
            case "b" -> value.equals("1") ? "TRUE" : value.isEmpty() ? "" : "FALSE";
            case "n" -> value.isEmpty() ? "" : formats.shown(value, style);
            default -> CleanText.line(value);
        };
    }

    private void merge(String reference) {
        String[] ends = reference.split(":", -1);
        if (ends.length == 2) {
            cells.merge(
                    CellReference.row(ends[0]),
                    CellReference.column(ends[0]),
                    CellReference.row(ends[1]),
                    CellReference.column(ends[1]));
        }
    }
}
