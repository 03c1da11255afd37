package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a workbook: each sheet becomes a heading and its tables. Hidden sheets, rows and columns are left out. Not
 * thread-safe.
 */
final class XlsxReader {

    private final OoxmlPackage parts;
    private final String main;
    private final ParseLimits limits;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget budget;
    private final HiddenCells hidden = new HiddenCells();

    XlsxReader(OoxmlPackage parts, String main, ParseLimits limits, ContainerSettings settings) {
        this.parts = parts;
        this.main = main;
        this.limits = limits;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.budget = new Grid.Budget(settings.maxCells());
    }

    /** The properties of the workbook in its main part; dates count from 1900 or from 1904. */
    private record Workbook(List<SheetRef> sheets, boolean counts1904) {}

    private record SheetRef(String name, String id, boolean hidden) {}

    ParsedDocument read() throws IOException {
        Map<String, OoxmlPackage.Relation> relations = parts.relations(main);
        Workbook workbook = workbook();
        XlsxStrings strings = XlsxStrings.of(parts, main, limits);
        XlsxFormats formats = XlsxFormats.of(parts, main, workbook.counts1904);
        for (SheetRef sheet : workbook.sheets) {
            OoxmlPackage.Relation relation = relations.get(sheet.id);
            if (sheet.hidden) {
                hidden.sheet();
            } else if (relation != null
                    && relation.type().equals("worksheet")
                    && parts.zip().has(relation.target())) {
                SheetCells cells = new SheetCells(budget);
                new XlsxSheet(cells, strings, formats, limits).read(parts, relation.target());
                write(sheet.name, cells);
            }
        }
        flow.end();
        return hidden.finish(writer, parts.metadata());
    }

    private Workbook workbook() throws IOException {
        List<SheetRef> sheets = new ArrayList<>();
        boolean counts1904 = false;
        try (XmlPart xml = parts.open(main)) {
            while (xml.next()) {
                if (xml.starts("sheet")) {
                    boolean hides = !xml.attribute("state", "visible").equals("visible");
                    sheets.add(new SheetRef(xml.attribute("name", ""), xml.attribute("id", ""), hides));
                } else if (xml.starts("workbookPr")) {
                    counts1904 = xml.attribute("date1904", "0").matches("1|true");
                }
            }
        }
        return new Workbook(sheets, counts1904);
    }

    private void write(String name, SheetCells cells) {
        cells.leaveOutHidden(hidden);
        if (!cells.isEmpty()) {
            flow.heading(1, name);
            SheetTables.write(cells, flow);
        }
    }
}
