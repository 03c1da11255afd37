package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import java.util.List;
import java.util.Locale;

/** The header of a table, or its first row when it has none. */
record PdfTableHead(Table table) {

    /** Compares the words and not the cells: a header that wraps may be divided differently on each page. */
    boolean isRepeatedIn(Table part) {
        boolean headed = !table.headers().isEmpty();
        return headed != part.headers().isEmpty()
                && words(head(part)).equals(words(head(table)))
                && (headed
                        || head(part).stream().filter(cell -> !cell.isEmpty()).count() > 2)
                && part.headers().size() + part.rows().size() > 1;
    }

    /**
     * Whether a table has a header of its own. The further columns of a table too wide for its page have one, which
     * begins with the same cell.
     */
    boolean isReplacedBy(PdfTable next) {
        String begin = head(next.table()).get(0);
        return next.headed()
                || (!begin.isEmpty() && begin.equalsIgnoreCase(head(table).get(0)));
    }

    private static List<String> head(Table table) {
        return table.headers().isEmpty() ? table.rows().get(0) : table.headers();
    }

    private static String words(List<String> cells) {
        return PdfContinuation.without(String.join(" ", cells).strip().replaceAll("\\s+", " "))
                .toLowerCase(Locale.ROOT);
    }
}
