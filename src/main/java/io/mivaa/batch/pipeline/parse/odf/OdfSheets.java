package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;

/** Writes the sheets of a spreadsheet, each as a heading and its tables, without hidden cells. Not thread-safe. */
final class OdfSheets {

    private final OfficeFlow flow;
    private final OdfStyles styles;
    private final HiddenCells hidden;
    private final Grid.Budget budget;
    private final OdfText.Nested texts;

    OdfSheets(OfficeFlow flow, OdfStyles styles, HiddenCells hidden, Grid.Budget budget, OdfText.Nested texts) {
        this.flow = flow;
        this.styles = styles;
        this.hidden = hidden;
        this.budget = budget;
        this.texts = texts;
    }

    /** Writes the sheets within the element that has just started. */
    void write(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("table") && styles.isHiddenTable(xml.attribute("style-name", ""))) {
                hidden.sheet();
                xml.skip();
            } else if (xml.starts("table")) {
                sheet(xml);
            } else if (xml.isStart() && OdfStyles.isLeftOut(xml.name())) {
                xml.skip();
            }
        }
    }

    private void sheet(XmlPart xml) throws IOException {
        String name = xml.attribute("name", "");
        SheetCells cells = new OdfSheet(new SheetCells(budget), texts).read(xml);
        cells.leaveOutHidden(hidden);
        if (!cells.isEmpty()) {
            flow.heading(1, name);
            SheetTables.write(cells, flow);
        }
    }
}
