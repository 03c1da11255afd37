package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the parts of tables that continue after the end of a page or column. Not thread-safe. */
final class PdfContinued {

    private final Map<Integer, Float> heights = new HashMap<>();
    private final List<PdfEntry> joined = new ArrayList<>();
    private @Nullable PdfOpenTable open;

    /** Where the open table is in {@link #joined}. */
    private int at = -1;

    private PdfContinued() {}

    /** @param pages of the entries */
    static List<PdfEntry> joined(List<PdfEntry> entries, List<PdfPage> pages) {
        PdfContinued continued = new PdfContinued();
        pages.forEach(page -> continued.heights.put(page.number(), page.height()));
        for (PdfEntry entry : entries) {
            if (entry instanceof PdfEntry.Tabular table) {
                continued.add(table);
            } else {
                continued.joined.add(entry);
            }
        }
        continued.close();
        return continued.joined;
    }

    private void add(PdfEntry.Tabular table) {
        List<PdfEntry> between = joined.subList(at + 1, joined.size());
        if (open != null && open.takes(table, between)) {
            between.removeIf(PdfOpenTable::isMark);
            return;
        }
        close();
        open = new PdfOpenTable(table, heights);
        at = joined.size();
        joined.add(table);
    }

    private void close() {
        if (open != null) {
            joined.set(at, open.entry());
        }
    }
}
