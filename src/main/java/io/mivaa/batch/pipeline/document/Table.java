package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as data.
 *
 * @param headers the cells of the header row; empty when the table has none
 * @param rows every row is as long as {@code headers}, unless that is empty
 * @param caption what the document calls it, if it says so
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
