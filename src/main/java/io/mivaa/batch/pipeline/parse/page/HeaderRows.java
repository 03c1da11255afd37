package io.mivaa.batch.pipeline.parse.page;

import java.util.List;
import java.util.regex.Pattern;

/** Guesses which of the first rows of a table are its header when the document does not mark them. */
public final class HeaderRows {

    private static final int MOST = 3;
    private static final int LOOKED_AT = 200;

    private static final Pattern NUMBER =
            Pattern.compile("[-+(−–~<>≤≥]?\\s*+[€$£¥]?\\s*+\\d[\\d.,'’\\s\\u00A0\\u202F:/-]*+(?:[eE][-+]?\\d++)?\\s*+"
                    + "(?:%|‰|[€$£¥]|[A-Za-z°µ]{1,4})?\\s*+\\)?");

    private HeaderRows() {}

    public static boolean isNumber(String cell) {
        return cell.length() <= 40 && NUMBER.matcher(cell.strip()).matches();
    }

    /**
     * The rows before the first one with a number; in a table without numbers, one row whose cells are all different.
     *
     * @param rows of equal length, blank cells empty
     * @return 0 when the first row looks like the others
     */
    public static int guess(List<List<String>> rows) {
        if (rows.size() < 2 || rows.get(0).size() < 2) {
            return 0;
        }
        if (rows.get(0).get(0).endsWith(":")) {
            return 0;
        }
        int leading = 0;
        while (leading < rows.size()
                && leading < LOOKED_AT
                && rows.get(leading).stream().noneMatch(HeaderRows::isNumber)) {
            leading++;
        }
        if (leading == 0) {
            return areYears(rows) ? 1 : 0;
        }
        boolean numbersFollow = leading < rows.size() && leading < LOOKED_AT;
        if (numbersFollow && leading <= MOST) {
            boolean complete = rows.get(0).stream().noneMatch(String::isBlank);
            return leading > 1 && complete && allDiffer(rows.get(0)) ? 1 : leading;
        }
        return allDiffer(rows.get(0)) ? 1 : 0;
    }

    /** A blank first cell and then years, as in the usual header of a table of figures. */
    private static boolean areYears(List<List<String>> rows) {
        List<String> first = rows.get(0);
        return !isNumber(first.get(0))
                && first.subList(1, first.size()).stream().allMatch(cell -> cell.matches("(?:19|20)\\d\\d"));
    }

    /** Most cells must have text, each a different one. The first, above the names of rows, may be empty. */
    private static boolean allDiffer(List<String> row) {
        List<String> filled = row.stream().filter(cell -> !cell.isBlank()).toList();
        return filled.size() * 2 > row.size() && filled.stream().distinct().count() == filled.size();
    }
}
