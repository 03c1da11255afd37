package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.Map;

/** Reads a table on a slide. */
final class PptxTable {

    private PptxTable() {}

    /** Reads the table whose element has just started. */
    static Grid read(XmlPart xml, Grid.Budget budget, Map<String, OoxmlPackage.Relation> relations) throws IOException {
        Grid grid = new Grid(budget);
        boolean first = false;
        int rows = 0;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("tblPr")) {
                first = isOn(xml, "firstRow");
            } else if (xml.starts("tr")) {
                grid.row(first && rows == 0);
                rows++;
            } else if (xml.starts("tc")) {
                cell(xml, grid, relations);
            }
        }
        return grid;
    }

    private static void cell(XmlPart xml, Grid grid, Map<String, OoxmlPackage.Relation> relations) throws IOException {
        boolean covered = isOn(xml, "hMerge") || isOn(xml, "vMerge");
        int rowSpan = Math.max(1, xml.number("rowSpan", 1));
        StringBuilder text = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("p")) {
                text.append(PptxLine.read(xml, false, relations).text()).append('\n');
            }
        }
        if (covered) {
            grid.covered();
        } else {
            grid.cell(text.toString(), 1, rowSpan);
        }
    }

    private static boolean isOn(XmlPart xml, String attribute) {
        return xml.attribute(attribute, "0").matches("1|true");
    }
}
