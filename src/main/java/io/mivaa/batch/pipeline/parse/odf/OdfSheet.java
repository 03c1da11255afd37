package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;

/** Reads the rows, columns and cells of one sheet. Not thread-safe. */
final class OdfSheet {

    private final SheetCells cells;
    private final OdfText.Nested texts;
    private int row = -1;
    private int rowsRepeated;
    private int column;
    private int columnsDefined;
    private int groups;

    OdfSheet(SheetCells cells, OdfText.Nested texts) {
        this.cells = cells;
        this.texts = texts;
    }

    /** Reads the sheet whose element has just started. */
    SheetCells read(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                start(xml);
            } else if (xml.ends("table-row-group") || xml.ends("table-column-group")) {
                groups--;
            }
        }
        return cells;
    }

    private void start(XmlPart xml) throws IOException {
        switch (xml.name()) {
            case "table-row-group", "table-column-group" -> groups++;
            case "table-column" -> column(xml);
            case "table-row" -> row(xml);
            case "table-cell", "covered-table-cell" -> cell(xml);
            case "shapes" -> xml.skip();
            default -> {}
        }
    }

    private void column(XmlPart xml) {
        int repeated = repeatedColumns(xml);
        if (isHidden(xml)) {
            cells.hideColumns(columnsDefined, columnsDefined + repeated - 1);
        }
        columnsDefined += repeated;
    }

    private void row(XmlPart xml) {
        row += 1 + rowsRepeated;
        rowsRepeated = xml.number("number-rows-repeated", 1) - 1;
        column = 0;
        if (isHidden(xml)) {
            cells.hideRows(row, row + rowsRepeated);
        }
    }

    private void cell(XmlPart xml) throws IOException {
        int repeated = repeatedColumns(xml);
        int columns = xml.number("number-columns-spanned", 1);
        int rows = xml.number("number-rows-spanned", 1);
        String text = CleanText.line(texts.text(xml));
        for (int i = 0; !text.isEmpty() && i < Math.min(repeated, OdfTable.MOST_REPEATED); i++) {
            for (int down = 0; down <= Math.min(rowsRepeated, OdfTable.MOST_REPEATED); down++) {
                cells.put(row + down, column + i, text);
            }
        }
        if (columns > 1 || rows > 1) {
            cells.merge(row, column, row + rows - 1, column + columns - 1);
        }
        column += repeated;
    }

    private static int repeatedColumns(XmlPart xml) {
        return xml.number("number-columns-repeated", 1);
    }

    /** A folded group and a filter do not count: they are marked in other ways. */
    private boolean isHidden(XmlPart xml) {
        return groups == 0 && xml.attribute("visibility", "visible").equals("collapse");
    }
}
