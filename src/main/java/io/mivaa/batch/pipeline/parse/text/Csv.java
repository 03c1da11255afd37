package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads delimited values as in RFC 4180, and accepts any input: a quote within a cell is a plain character, and so is
 * an opening quote that is not closed within the longest text that Excel allows in a cell.
 */
public final class Csv {

    private static final int LONGEST_QUOTED = 32_767;

    private final String text;
    private final char delimiter;
    private final int mostRows;
    private final List<List<String>> rows = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private List<String> row = new ArrayList<>();

    private Csv(String text, char delimiter, int mostRows) {
        this.text = text;
        this.delimiter = delimiter;
        this.mostRows = mostRows;
    }

    /** All rows that are not blank, each with the cells that it has. */
    public static List<List<String>> rows(String text) {
        return rows(text, ',', Integer.MAX_VALUE);
    }

    /** @param most the maximum number of rows to read */
    static List<List<String>> rows(String text, char delimiter, int most) {
        Csv csv = new Csv(text, delimiter, most);
        csv.read();
        return csv.rows;
    }

    private void read() {
        int i = 0;
        // Whether the cell has nothing but white space so far; only then does a quote open it.
        boolean blank = true;
        while (i < text.length() && rows.size() < mostRows) {
            char c = text.charAt(i);
            int end = c == '"' && blank ? closing(i) : -1;
            if (end > 0) {
                cell.append(text.substring(i + 1, end).replace("\"\"", "\""));
                i = end;
                blank = false;
            } else if (c == delimiter) {
                endCell();
                blank = true;
            } else if (c == '\n' || c == '\r') {
                endCell();
                endRow();
                blank = true;
            } else {
                cell.append(c);
                blank &= CleanText.isSpace(c);
            }
            i++;
        }
        if (rows.size() < mostRows) {
            endCell();
            endRow();
        }
    }

    /** The offset of the quote that closes the one opened here, or -1. */
    private int closing(int open) {
        int most = Math.min(text.length(), open + 2 + LONGEST_QUOTED);
        for (int i = open + 1; i < most; i++) {
            if (text.charAt(i) == '"') {
                if (i + 1 >= text.length() || text.charAt(i + 1) != '"') {
                    return i;
                }
                i++;
            }
        }
        return -1;
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
        if (rows.size() % 1024 == 0) {
            SourceBytes.checkCancelled();
        }
    }
}
