package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a table.
 *
 * @param headers the cells of the header row; empty when the table has none
 * @param rows each as long as {@code headers}, unless that is empty
 * @param caption from the document, null without one
 */
public record Table(
        List<String> headers,
        List<List<String>> rows,
        @Nullable String caption) {

    public Table {
        headers = List.copyOf(headers);
        rows = rows.stream().map(List::copyOf).toList();
    }
}
