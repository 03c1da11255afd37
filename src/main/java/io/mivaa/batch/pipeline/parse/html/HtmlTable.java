package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.HeaderRows;
import io.mivaa.batch.pipeline.parse.page.TableText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table into a grid: a cell that spans rows stands in each of them, and so does a header cell in each of its
 * columns; a data cell that spans columns stands in the first only. Columns without any text are left out.
 */
public final class HtmlTable {

    private static final int WIDEST = 1000;
    private static final int MOST_CELLS = 500_000;

    private final List<List<String>> rows = new ArrayList<>();
    private Map<Integer, Spanning> spanning = new HashMap<>();
    private int headerRows;
    private int cells;

    /** A cell that reaches into the next rows. */
    private record Spanning(String text, int rowsLeft) {}

    private HtmlTable() {}

    /** @return null when it is there for layout: a single column, or a single row without header cells */
    static @Nullable public Table read(Element element) {
        if (element.attr("role").matches("presentation|none")) {
            return null;
        }
        HtmlTable table = new HtmlTable();
        boolean leading = true;
        for (Element row : rowsOf(element)) {
            leading = leading && isHeader(row);
            table.row(row, leading);
        }
        return table.finish(caption(element));
    }

    private static @Nullable String caption(Element element) {
        for (Element child : element.children()) {
            if (child.normalName().equals("caption")) {
                String text = HtmlText.of(child);
                return text.isEmpty() ? null : text;
            }
        }
        return null;
    }

    private static List<Element> rowsOf(Element table) {
        List<Element> rows = new ArrayList<>();
        for (Element child : table.children()) {
            if (child.normalName().equals("tr")) {
                rows.add(child);
            } else if (child.normalName().matches("thead|tbody|tfoot")) {
                child.children().stream()
                        .filter(row -> row.normalName().equals("tr"))
                        .forEach(rows::add);
            }
        }
        rows.removeIf(HtmlChrome::isInvisible);
        return rows;
    }

    private static boolean isHeader(Element row) {
        Element section = row.parent();
        if (section != null && section.normalName().equals("thead")) {
            return true;
        }
        return !row.children().isEmpty()
                && row.children().stream().allMatch(cell -> cell.normalName().equals("th"));
    }

    private void row(Element element, boolean header) {
        List<String> row = new ArrayList<>();
        Map<Integer, Spanning> below = new HashMap<>();
        for (Element cell : element.children()) {
            if (cell.normalName().matches("td|th") && row.size() < WIDEST && cells < MOST_CELLS) {
                carryOver(row, below, false);
                place(row, below, cell, header);
            }
        }
        carryOver(row, below, true);
        spanning = below;
        cells += row.size();
        rows.add(row);
        headerRows += header ? 1 : 0;
    }

    private void place(List<String> row, Map<Integer, Spanning> below, Element cell, boolean header) {
        String text = HtmlText.of(cell);
        int columns = span(cell, "colspan", WIDEST);
        int rowsLeft = span(cell, "rowspan", 65_534) - 1;
        for (int i = 0; i < columns && row.size() < WIDEST; i++) {
            String words = i == 0 || header ? text : "";
            if (rowsLeft > 0) {
                below.put(row.size(), new Spanning(words, rowsLeft));
            }
            row.add(words);
        }
    }

    private void carryOver(List<String> row, Map<Integer, Spanning> below, boolean toTheEnd) {
        while (!spanning.isEmpty()) {
            Spanning above = spanning.remove(row.size());
            if (above == null && !toTheEnd) {
                return;
            }
            if (above != null && above.rowsLeft > 1) {
                below.put(row.size(), new Spanning(above.text, above.rowsLeft - 1));
            }
            row.add(above == null ? "" : above.text);
        }
    }

    private static int span(Element cell, String attribute, int most) {
        String value = cell.attr(attribute).strip();
        int span = value.matches("\\d{1,6}") ? Integer.parseInt(value) : 1;
        return Math.max(1, Math.min(span, most));
    }

    private @Nullable Table finish(@Nullable String caption) {
        List<List<String>> grid = new ArrayList<>(TableText.padded(rows));
        int blankHeads = (int)
                grid.subList(0, headerRows).stream().filter(HtmlTable::isBlank).count();
        grid.removeIf(HtmlTable::isBlank);
        headerRows -= blankHeads;
        int width = grid.isEmpty() ? 0 : grid.get(0).size();
        if (width < 2 || (grid.size() < 2 && headerRows == 0)) {
            return null;
        }
        int heads =
                headerRows == 0 ? guessedHeads(grid) : Math.min(headerRows, grid.size() == headerRows ? 1 : headerRows);
        List<Integer> kept = new ArrayList<>();
        for (int column = 0; column < width; column++) {
            if (saysSomething(grid, column, heads)) {
                kept.add(column);
            }
        }
        List<String> headers = heads == 0
                ? List.of()
                : kept.stream().map(column -> heading(grid, column, heads)).toList();
        List<List<String>> body = grid.subList(heads, grid.size()).stream()
                .map(row -> kept.stream().map(row::get).toList())
                .toList();
        return new Table(headers, body, caption);
    }

    /** Two columns of words are as likely to be names and values. */
    private static int guessedHeads(List<List<String>> grid) {
        boolean numbers = grid.stream().skip(1).flatMap(List::stream).anyMatch(HeaderRows::isNumber);
        return numbers || grid.get(0).size() > 2 ? HeaderRows.guess(grid) : 0;
    }

    private static boolean isBlank(List<String> row) {
        return row.stream().allMatch(String::isEmpty);
    }

    /** Header cells repeated over empty spacer columns say nothing. */
    private static boolean saysSomething(List<List<String>> grid, int column, int heads) {
        boolean body = grid.subList(heads, grid.size()).stream()
                .anyMatch(row -> !row.get(column).isEmpty());
        if (body || heads == 0) {
            return body;
        }
        String heading = heading(grid, column, heads);
        return !heading.isEmpty() && (column == 0 || !heading.equals(heading(grid, column - 1, heads)));
    }

    private static String heading(List<List<String>> grid, int column, int heads) {
        return grid.subList(0, heads).stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }
}
