package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;

/** Reads the table of a text or a slide. */
final class OdfTable {

    /** More repeated cells or rows than this are the empty rest of a sheet. */
    static final int MOST_REPEATED = 1000;

    private OdfTable() {}

    /** Reads the table whose element has just started. */
    static Grid read(XmlPart xml, Grid.Budget budget, OdfText.Nested texts) throws IOException {
        Grid grid = new Grid(budget);
        boolean header = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("table-header-rows") || xml.ends("table-header-rows")) {
                header = xml.isStart();
            } else if (xml.starts("table-row")) {
                grid.row(header);
            } else if (xml.starts("table-cell")) {
                cell(xml, grid, texts);
            } else if (xml.starts("covered-table-cell")) {
                covered(xml, grid);
            }
        }
        return grid;
    }

    private static void cell(XmlPart xml, Grid grid, OdfText.Nested texts) throws IOException {
        int repeated = repeated(xml);
        int columns = xml.number("number-columns-spanned", 1);
        int rows = xml.number("number-rows-spanned", 1);
        String text = CleanText.line(texts.text(xml));
        for (int i = 0; i < (columns > 1 ? 1 : repeated); i++) {
            grid.cell(text, 1, rows);
        }
    }

    private static void covered(XmlPart xml, Grid grid) throws IOException {
        int repeated = repeated(xml);
        xml.skip();
        for (int i = 0; i < repeated; i++) {
            grid.covered();
        }
    }

    private static int repeated(XmlPart xml) {
        return Math.min(xml.number("number-columns-repeated", 1), MOST_REPEATED);
    }
}
