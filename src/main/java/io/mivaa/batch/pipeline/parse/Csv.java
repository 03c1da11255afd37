package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values as RFC 4180 has them; takes anything, so a quote left open ends with the text. */
final class Csv {

    private final List<List<String>> rows = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private List<String> row = new ArrayList<>();

    private Csv() {}

    /** Rows that are not blank, as long as they are. */
    static List<List<String>> rows(String text) {
        Csv csv = new Csv();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                boolean escaped = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (escaped) {
                    csv.cell.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (quoted || (c != ',' && c != '\n' && c != '\r')) {
                csv.cell.append(c);
            } else {
                csv.endCell();
                if (c != ',') {
                    csv.endRow();
                }
            }
        }
        csv.endCell();
        csv.endRow();
        return csv.rows;
    }

    private void endCell() {
        row.add(CleanText.line(cell.toString()));
        cell.setLength(0);
    }

    private void endRow() {
        if (!row.stream().allMatch(String::isEmpty)) {
            rows.add(row);
        }
        row = new ArrayList<>();
    }
}
