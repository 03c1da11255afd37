package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;

/**
 * A table that goes on over the ends of pages or columns, as one. The parts have the same columns, and a caption that
 * says so, or the same head, or nothing but the end of the page between them. What the later parts repeat, head and
 * caption, is left out as running headers are. Not thread-safe.
 */
final class PdfContinued {

    /** Where a part must end and the next one begin, as shares of the height of their pages. */
    private static final float FOOT = 0.66f;

    private static final float TOP = 0.33f;

    private final PdfEntry first;
    private final Table table;
    private final Map<Integer, Float> heights;
    private final List<List<String>> rows;
    private @Nullable PdfParagraph caption;
    private PdfTable last;
    private int lastPage;

    private PdfContinued(PdfEntry first, Table table, PdfTable found, Map<Integer, Float> heights) {
        this.first = first;
        this.table = table;
        this.heights = heights;
        this.rows = new ArrayList<>(table.rows());
        this.caption = first.caption();
        this.last = found;
        this.lastPage = first.pages().last();
    }

    /** @param pages that the entries stand on */
    static List<PdfEntry> joined(List<PdfEntry> entries, List<PdfPage> pages) {
        Map<Integer, Float> heights = new HashMap<>();
        pages.forEach(page -> heights.put(page.number(), page.height()));
        List<PdfEntry> joined = new ArrayList<>();
        PdfContinued open = null;
        int at = -1;
        for (PdfEntry entry : entries) {
            PdfTable found = entry.paragraph().first().table();
            if (found != null) {
                List<PdfEntry> between = joined.subList(at + 1, joined.size());
                if (open != null && open.takes(entry, found, between)) {
                    between.removeIf(PdfContinued::isMark);
                    continue;
                }
                if (open != null) {
                    joined.set(at, open.entry());
                }
                open = new PdfContinued(entry, found.table(), found, heights);
                at = joined.size();
            }
            joined.add(entry);
        }
        if (open != null) {
            joined.set(at, open.entry());
        }
        return joined;
    }

    private static boolean isMark(PdfEntry entry) {
        return entry.table() == null && PdfContinuation.isAll(entry.paragraph().onOneLine(Set.of()));
    }

    private PdfEntry entry() {
        PageRange pages = new PageRange(first.pages().first(), lastPage);
        return new PdfEntry(first.paragraph(), new Table(table.headers(), rows, table.caption()), caption, pages);
    }

    /**
     * Adds a part.
     *
     * @param between what stands between this and what has been taken
     * @return whether it is one
     */
    private boolean takes(PdfEntry next, PdfTable found, List<PdfEntry> between) {
        Table part = found.table();
        Said said = Said.of(this, next, part);
        boolean adjacent = between.stream().allMatch(PdfContinued::isMark);
        boolean again = isHeadAgain(part);
        boolean told = said == Said.SAME || (adjacent && !between.isEmpty());
        boolean proved = told || (again && isOnNextPage(next));
        boolean goesOn = said != Said.OTHER
                && (adjacent || (said == Said.SAME && caption != null && next.caption() != null))
                && next.pages().first() <= lastPage + 1
                && (again || !hasOwnHead(found))
                && !part.rows().equals(table.rows())
                && found.fitsBelow(last)
                && (proved || (isBrokenBy(next, found) && found.isAlignedWith(last)));
        if (goesOn) {
            add(part, again);
            caption = caption == null ? next.caption() : caption;
            last = found;
            lastPage = next.pages().last();
        }
        return goesOn;
    }

    private void add(Table part, boolean again) {
        if (isMark(rows.get(rows.size() - 1))) {
            rows.remove(rows.size() - 1);
        }
        String title = part.caption();
        if (title != null && !isRepeated(title, named())) {
            rows.add(alone(title));
        }
        if (!again && !part.headers().isEmpty()) {
            rows.add(part.headers());
        }
        rows.addAll(
                again && part.headers().isEmpty()
                        ? part.rows().subList(1, part.rows().size())
                        : part.rows());
    }

    private @Nullable String named() {
        return caption == null ? table.caption() : caption.onOneLine(Set.of());
    }

    private List<String> alone(String title) {
        List<String> row = new ArrayList<>(List.of(title));
        while (row.size() < last.columns().size()) {
            row.add("");
        }
        return row;
    }

    private static boolean isMark(List<String> row) {
        List<String> said =
                row.stream().filter(cell -> !cell.isEmpty()).distinct().toList();
        return said.size() == 1 && PdfContinuation.isAll(said.get(0));
    }

    private boolean isOnNextPage(PdfEntry next) {
        return next.pages().first() == lastPage + 1;
    }

    /** Whether the end of a page or column parts them, not what the author has put there. */
    private boolean isBrokenBy(PdfEntry next, PdfTable found) {
        float height = heights.getOrDefault(lastPage, 0f);
        float heightOfNext = heights.getOrDefault(next.pages().first(), 0f);
        return last.y1() > FOOT * height && found.y0() < TOP * heightOfNext;
    }

    /** The words count, not how they are divided: a head that wraps may be divided otherwise on each page. */
    private boolean isHeadAgain(Table part) {
        boolean headed = !table.headers().isEmpty();
        return headed != part.headers().isEmpty()
                && words(head(part)).equals(words(head(table)))
                && (headed
                        || head(part).stream().filter(cell -> !cell.isEmpty()).count() > 2)
                && part.headers().size() + part.rows().size() > 1;
    }

    /** Other columns of a table too wide for a page have a head of their own, which begins alike. */
    private boolean hasOwnHead(PdfTable found) {
        String begin = head(found.table()).get(0);
        return found.headed() || (!begin.isEmpty() && same(begin, head(table).get(0)));
    }

    private static List<String> head(Table table) {
        return table.headers().isEmpty() ? table.rows().get(0) : table.headers();
    }

    private static String words(List<String> cells) {
        return PdfContinuation.without(String.join(" ", cells).strip().replaceAll("\\s+", " "))
                .toLowerCase(Locale.ROOT);
    }

    private static boolean same(String some, String other) {
        return some.equalsIgnoreCase(other);
    }

    private static boolean isRepeated(String title, @Nullable String before) {
        return PdfContinuation.isAll(title)
                || (before != null && (PdfContinuation.isSaidIn(title) || same(title, before)));
    }

    /** What the captions of two parts say of them. */
    private enum Said {
        NOTHING,
        SAME,
        OTHER;

        static Said of(PdfContinued open, PdfEntry next, Table part) {
            String own = open.named();
            PdfParagraph outer = next.caption();
            String inner = part.caption();
            if (outer == null) {
                return inner != null && isRepeated(inner, own) ? named(own, inner) : inner(open, part);
            }
            String other = outer.onOneLine(Set.of());
            boolean below = outer.first().y() > next.paragraph().first().y();
            if (own == null && below && !PdfContinuation.isSaidIn(other)) {
                return NOTHING;
            }
            return PdfContinuation.isSaidIn(other) || (own != null && same(own, other)) ? named(own, other) : OTHER;
        }

        /** A row across all columns that stands above a head is the title of a table, else one of its rows. */
        private static Said inner(PdfContinued open, Table part) {
            return part.caption() != null && open.isHeadAgain(part) ? OTHER : NOTHING;
        }

        private static Said named(@Nullable String own, String other) {
            String label = PdfCaption.label(PdfContinuation.without(other));
            boolean agree =
                    own == null || label.isEmpty() || label.equals(PdfCaption.label(PdfContinuation.without(own)));
            return agree ? SAME : OTHER;
        }
    }
}
