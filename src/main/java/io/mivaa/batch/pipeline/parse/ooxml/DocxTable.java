package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;

/** Reads a table of a Word document into a grid, without deleted rows. */
final class DocxTable {

    /** As many columns as Word allows. */
    private static final int MOST_COLUMNS = 63;

    private final Grid grid;
    private final Content content;

    /** Reads what is in a cell. */
    interface Content {

        /** Appends the text of the paragraph or table whose element has just started. */
        void start(XmlPart xml, StringBuilder text) throws IOException;
    }

    DocxTable(Grid grid, Content content) {
        this.grid = grid;
        this.content = content;
    }

    /** Reads the table whose element has just started. */
    void read(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("tr")) {
                row(xml);
            } else if (xml.starts("del")) {
                xml.skip();
            }
        }
    }

    private void row(XmlPart xml) throws IOException {
        int outer = xml.depth();
        boolean open = false;
        boolean header = false;
        int before = 0;
        while (xml.nextWithin(outer)) {
            if (xml.starts("tblHeader")) {
                header = xml.isOn();
            } else if (xml.starts("gridBefore")) {
                before = Math.min(xml.number("val", 0), MOST_COLUMNS);
            } else if (xml.starts("del") && xml.depth() == outer + 2) {
                // the properties of a deleted row have this mark
                skipRest(xml, outer);
                return;
            } else if (xml.starts("tc")) {
                if (!open) {
                    grid.row(header);
                    grid.cell("", before, 1);
                    open = true;
                }
                cell(xml);
            }
        }
    }

    private static void skipRest(XmlPart xml, int outer) throws IOException {
        boolean inside = true;
        while (inside) {
            inside = xml.nextWithin(outer);
        }
    }

    private void cell(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        int columns = 1;
        boolean continued = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "gridSpan" -> columns = Math.max(1, Math.min(xml.number("val", 1), MOST_COLUMNS));
                case "vMerge" -> continued = !xml.attribute("val", "continue").equals("restart");
                case "p", "tbl" -> content.start(xml, text);
                case "del", "moveFrom", "Fallback", "sdtPr" -> xml.skip();
                default -> {}
            }
        }
        if (continued) {
            grid.continued(columns);
        } else {
            grid.cell(text.toString(), columns, 1);
        }
    }
}
