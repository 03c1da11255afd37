package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the hidden sheets, rows and columns of a workbook, which are left out. Rows that a filter or a folded group
 * hides are not among them. Not thread-safe.
 */
public final class HiddenCells {

    private int sheets;
    private int rows;
    private int columns;

    /** Counts a hidden sheet. */
    public void sheet() {
        sheets++;
    }

    void cells(int moreRows, int moreColumns) {
        rows += moreRows;
        columns += moreColumns;
    }

    /**
     * Finishes the document, with a warning when something was left out.
     *
     * @throws Rejected when the workbook has hidden text only
     */
    public ParsedDocument finish(MarkdownWriter writer, Metadata metadata) {
        List<String> hidden = new ArrayList<>();
        add(hidden, sheets, "hidden sheet");
        add(hidden, rows, "hidden row");
        add(hidden, columns, "hidden column");
        if (hidden.isEmpty()) {
            return writer.finish(metadata, null, List.of());
        }
        if (writer.isEmpty()) {
            throw new Rejected("no-text", "All text of the workbook is hidden: " + String.join(", ", hidden) + ".");
        }
        return writer.finish(
                metadata, null, List.of(new Warning("hidden-content", "Left out: " + String.join(", ", hidden) + ".")));
    }

    private static void add(List<String> hidden, int number, String what) {
        if (number > 0) {
            hidden.add(number + " " + what + (number == 1 ? "" : "s"));
        }
    }
}
