package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table that may continue. A later part has the same columns, and a caption that says so, or the same header, or
 * nothing but the end of a page between itself and the part before. Headers and captions that later parts repeat are
 * left out, as running headers are. Not thread-safe.
 */
final class PdfOpenTable {

    /** A part must end below this share of the height of its page for the page end to explain the break. */
    private static final float FOOT = 0.66f;

    /** The next part must begin above this share of the height of its page. */
    private static final float TOP = 0.33f;

    private final PdfEntry.Tabular first;
    private final PdfTableHead head;
    private final Map<Integer, Float> heights;
    private final List<List<String>> rows;
    private @Nullable PdfParagraph caption;
    private PdfTable last;
    private int lastPage;

    /** @param heights of all pages, by number */
    PdfOpenTable(PdfEntry.Tabular first, Map<Integer, Float> heights) {
        this.first = first;
        this.head = new PdfTableHead(first.table());
        this.heights = heights;
        this.rows = new ArrayList<>(first.table().rows());
        this.caption = first.caption();
        this.last = first.line().table();
        this.lastPage = first.pages().last();
    }

    /** Whether a paragraph says only that a table continues. */
    static boolean isMark(PdfEntry entry) {
        return entry instanceof PdfEntry.Prose prose
                && PdfContinuation.isAll(prose.paragraph().onOneLine(Set.of()));
    }

    /** The table with all parts that were added. */
    PdfEntry entry() {
        PageRange pages = new PageRange(first.pages().first(), lastPage);
        Table table = first.table();
        Table whole = new Table(table.headers(), rows, table.caption());
        return new PdfEntry.Tabular(first.line(), whole, caption, pages);
    }

    /**
     * Adds the next table if it is a part of this one.
     *
     * @param between the entries between the last part and the next table
     * @return whether it was added
     */
    boolean takes(PdfEntry.Tabular next, List<PdfEntry> between) {
        boolean repeated = head.isRepeatedIn(next.table());
        PdfCaptionMatch match = PdfCaptionMatch.of(title(), next, repeated);
        boolean adjacent = between.stream().allMatch(PdfOpenTable::isMark);
        boolean marked = match == PdfCaptionMatch.SAME || (adjacent && !between.isEmpty());
        if (!isNear(next, adjacent, match)
                || !isSameTable(next, repeated)
                || !isProved(next, marked || (repeated && isOnNextPage(next)))) {
            return false;
        }
        add(next.table(), repeated);
        caption = caption == null ? next.caption() : caption;
        last = next.line().table();
        lastPage = next.pages().last();
        return true;
    }

    private boolean isNear(PdfEntry.Tabular next, boolean adjacent, PdfCaptionMatch match) {
        boolean captioned = match == PdfCaptionMatch.SAME && caption != null && next.caption() != null;
        return match != PdfCaptionMatch.OTHER
                && (adjacent || captioned)
                && next.pages().first() <= lastPage + 1;
    }

    private boolean isSameTable(PdfEntry.Tabular next, boolean repeated) {
        return (repeated || !head.isReplacedBy(next.line().table()))
                && !next.table().rows().equals(first.table().rows())
                && next.line().table().fitsBelow(last);
    }

    private boolean isProved(PdfEntry.Tabular next, boolean proved) {
        return proved || (isBrokenBefore(next) && next.line().table().isAlignedWith(last));
    }

    private void add(Table part, boolean headRepeated) {
        if (isMark(rows.get(rows.size() - 1))) {
            rows.remove(rows.size() - 1);
        }
        String title = part.caption();
        if (title != null && !PdfCaptionMatch.isRepeated(title, title())) {
            rows.add(rowOf(title));
        }
        if (!headRepeated && !part.headers().isEmpty()) {
            rows.add(part.headers());
        }
        boolean headInRows = headRepeated && part.headers().isEmpty();
        rows.addAll(part.rows().subList(headInRows ? 1 : 0, part.rows().size()));
    }

    private @Nullable String title() {
        return caption == null ? first.table().caption() : caption.onOneLine(Set.of());
    }

    private List<String> rowOf(String title) {
        List<String> row = new ArrayList<>(List.of(title));
        while (row.size() < last.columns().size()) {
            row.add("");
        }
        return row;
    }

    private static boolean isMark(List<String> row) {
        List<String> texts =
                row.stream().filter(cell -> !cell.isEmpty()).distinct().toList();
        return texts.size() == 1 && PdfContinuation.isAll(texts.get(0));
    }

    private boolean isOnNextPage(PdfEntry.Tabular next) {
        return next.pages().first() == lastPage + 1;
    }

    /** Whether the end of a page or column separates the parts, rather than anything the author put there. */
    private boolean isBrokenBefore(PdfEntry.Tabular next) {
        float height = heights.getOrDefault(lastPage, 0f);
        float heightOfNext = heights.getOrDefault(next.pages().first(), 0f);
        return last.box().y1() > FOOT * height && next.line().table().box().y0() < TOP * heightOfNext;
    }
}
