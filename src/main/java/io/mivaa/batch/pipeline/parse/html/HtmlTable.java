package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table into a grid. A cell that spans rows is repeated in each of them. A header cell that spans columns is
 * repeated in each of them too, but a data cell appears only in the first. Columns without text are left out.
 */
public final class HtmlTable {

    private static final int WIDEST = 1000;
    private static final int MOST_CELLS = 500_000;

    private final List<List<String>> rows = new ArrayList<>();
    private Map<Integer, Spanning> spanning = new HashMap<>();
    private int headerRows;
    private int cells;

    /** A cell that extends into the next rows. */
    private record Spanning(String text, int rowsLeft) {}

    private HtmlTable() {}

    /** @return null for a table that only arranges the page: a single column, or a single row without header cells */
    public static @Nullable Table read(Element element) {
        if (element.attr("role").matches("presentation|none")) {
            return null;
        }
        HtmlTable table = new HtmlTable();
        boolean leading = true;
        for (Element row : rowsOf(element)) {
            leading = leading && isHeader(row);
            table.row(row, leading);
        }
        return HtmlGrid.table(table.rows, table.headerRows, caption(element));
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
}
