package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what a workbook hides from its readers. It is left out, as hidden text is elsewhere; what only a filter or a
 * folded group keeps from view is none of it. Not thread-safe.
 */
public final class HiddenCells {

    private int sheets;
    private int rows;
    private int columns;

    public void sheet() {
        sheets++;
    }

    void cells(int moreRows, int moreColumns) {
        rows += moreRows;
        columns += moreColumns;
    }

    /** @throws Rejected when there is nothing else */
    public ParsedDocument finish(MarkdownWriter writer, Metadata metadata) {
        List<String> left = new ArrayList<>();
        say(left, sheets, "hidden sheet");
        say(left, rows, "hidden row");
        say(left, columns, "hidden column");
        if (left.isEmpty()) {
            return writer.finish(metadata, null, List.of());
        }
        if (writer.isEmpty()) {
            throw new Rejected(
                    "no-text", "The workbook has text in what is hidden only: " + String.join(", ", left) + ".");
        }
        return writer.finish(
                metadata, null, List.of(new Warning("hidden-content", "Left out: " + String.join(", ", left) + ".")));
    }

    private static void say(List<String> left, int number, String what) {
        if (number > 0) {
            left.add(number + " " + what + (number == 1 ? "" : "s"));
        }
    }
}
