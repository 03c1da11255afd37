package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.HeaderRows;
import io.mivaa.batch.pipeline.parse.page.TableText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows of equal width that become a table. */
final class HtmlGrid {

    private final List<List<String>> rows;
    private final int width;
    private final int headerRows;

    /** @param headed how many of the rows consist of header cells */
    private HtmlGrid(List<List<String>> rows, int headed) {
        this.rows = rows;
        this.width = rows.isEmpty() ? 0 : rows.get(0).size();
        this.headerRows = headed == 0 ? guessed(rows) : Math.min(headed, rows.size() == headed ? 1 : headed);
    }

    /**
     * @param rows of any width
     * @param headerRows how many of them, from the first, are marked as header
     * @return null when the rows are no table but arrange a page
     */
    static @Nullable Table table(List<List<String>> rows, int headerRows, @Nullable String caption) {
        List<List<String>> full = new ArrayList<>(TableText.padded(rows));
        int headed = (int) full.subList(0, headerRows).stream()
                .filter(row -> !isBlank(row))
                .count();
        full.removeIf(HtmlGrid::isBlank);
        boolean layout = full.isEmpty() || full.get(0).size() < 2 || (full.size() < 2 && headed == 0);
        return layout ? null : new HtmlGrid(full, headed).table(caption);
    }

    private static boolean isBlank(List<String> row) {
        return row.stream().allMatch(String::isEmpty);
    }

    /** Two columns without numbers may be names and values, which have no header. */
    private static int guessed(List<List<String>> rows) {
        boolean numbers = rows.stream().skip(1).flatMap(List::stream).anyMatch(HeaderRows::isNumber);
        return numbers || rows.get(0).size() > 2 ? HeaderRows.guess(rows) : 0;
    }

    private Table table(@Nullable String caption) {
        List<Integer> kept =
                IntStream.range(0, width).filter(this::isUsed).boxed().toList();
        List<String> headers =
                headerRows == 0 ? List.of() : kept.stream().map(this::heading).toList();
        List<List<String>> body = rows.subList(headerRows, rows.size()).stream()
                .map(row -> kept.stream().map(row::get).toList())
                .toList();
        return new Table(headers, body, caption);
    }

    /** A header cell that is repeated over an empty column, which only makes space, does not count. */
    private boolean isUsed(int column) {
        boolean body = rows.subList(headerRows, rows.size()).stream()
                .anyMatch(row -> !row.get(column).isEmpty());
        if (body || headerRows == 0) {
            return body;
        }
        String heading = heading(column);
        return !heading.isEmpty() && (column == 0 || !heading.equals(heading(column - 1)));
    }

    private String heading(int column) {
        return rows.subList(0, headerRows).stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }
}
