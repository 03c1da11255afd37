package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins lines to paragraphs, across columns and pages where a sentence continues. Not thread-safe. */
public final class PdfParagraphs {

    private final PdfSpacing spacing;
    private final List<PdfPassage> passages = new ArrayList<>();
    private List<PdfTextLine> lines = new ArrayList<>();
    private List<Boolean> intended = new ArrayList<>();
    private @Nullable PdfTextLine item;

    private PdfParagraphs(PdfSpacing spacing) {
        this.spacing = spacing;
    }

    public static List<PdfPassage> of(List<PdfPage> pages) {
        PdfParagraphs paragraphs = new PdfParagraphs(PdfSpacing.of(pages));
        for (PdfPage page : pages) {
            paragraphs.add(PdfRun.of(page.lines()));
        }
        paragraphs.end();
        return paragraphs.passages;
    }

    private void add(List<PdfRun> runs) {
        for (PdfRun run : runs) {
            for (int i = 0; i < run.lines().size(); i++) {
                PdfLine line = run.lines().get(i);
                if (line instanceof PdfTextLine text) {
                    add(text, i > 0, i > 0 ? run.rights().get(i - 1) : 0);
                } else if (line instanceof PdfTableLine table) {
                    add(table);
                }
            }
        }
    }

    private void add(PdfTableLine table) {
        end();
        item = null;
        passages.add(table);
    }

    private void add(PdfTextLine line, boolean below, float right) {
        if (!lines.isEmpty()) {
            PdfTextLine last = lines.get(lines.size() - 1);
            if (continues(last, line, below, right)) {
                intended.add(isIntended(last, line, below, right));
            } else {
                end();
            }
        }
        if (lines.isEmpty()) {
            item = startsItem(line) ? line : null;
        }
        lines.add(line);
    }

    private boolean startsItem(PdfTextLine line) {
        return PdfListItem.starts(line) || (item != null && PdfListItem.startsBelow(line, item));
    }

    private boolean continues(PdfTextLine last, PdfTextLine line, boolean below, float right) {
        if (lines.size() == 1 && last.isItalicTitle() && !line.italic() && below) {
            return false;
        }
        boolean otherWeight = last.endsBold() != line.startsBold() && (last.bold() || line.bold());
        boolean otherSize = Math.abs(last.size() - line.size()) > Math.max(0.6f, 0.08f * last.size());
        if (otherWeight || (otherSize && !isSameLine(last, line, below)) || isNewItem(last, line, below, right)) {
            return false;
        }
        if (last.tabular() != line.tabular() && !isSameLine(last, line, below) && below) {
            return false;
        }
        return below ? continuesBelow(last, line, right) : continuesElsewhere(last, line);
    }

    private boolean isNewItem(PdfTextLine last, PdfTextLine line, boolean below, float right) {
        boolean begun = item != null || last.endsSentence() || !below || endsEarly(last, line, right);
        return startsItem(line) && (begun || !PdfListItem.isDash(line.text()));
    }

    private boolean continuesBelow(PdfTextLine last, PdfTextLine line, float right) {
        float step = line.y() - last.y();
        if (step > 1.3f * spacing.of(line.size()) + 1) {
            return false;
        }
        if (last.tabular() && line.tabular()) {
            return true;
        }
        boolean ends = last.endsSentence();
        if (item != null && line.x0() <= lines.get(0).x0() + 1 && ends) {
            return false;
        }
        boolean indented = item == null && line.x0() - last.x0() > 0.9f * line.size();
        boolean early = endsEarly(last, line, right);
        return !(ends && (early || indented)) && !(indented && early && lines.size() > 1);
    }

    /** At the top of the next column or page, only an unfinished sentence continues its paragraph. */
    private boolean continuesElsewhere(PdfTextLine last, PdfTextLine line) {
        if (last.tabular() || line.tabular() || last.endsSentence() || last.page() + 1 < line.page()) {
            return false;
        }
        boolean longEnough = lines.size() > 1 || last.text().length() > 40;
        return last.endsHyphenated()
                || (longEnough && line.startsLowerCase())
                || (lines.size() > 1 && longEnough(last));
    }

    private boolean longEnough(PdfTextLine last) {
        float widest = 0;
        for (PdfTextLine line : lines) {
            widest = Math.max(widest, line.x1());
        }
        return last.x1() > widest - 1.5f * last.size() && last.text().length() > 25;
    }

    private static boolean isIntended(PdfTextLine last, PdfTextLine line, boolean below, float right) {
        boolean wellBefore = right - last.x1() - line.firstWidth() > 0.2f * (right - Math.min(last.x0(), line.x0()));
        return below && (last.tabular() || line.tabular() || (wellBefore && endsEarly(last, line, right)));
    }

    /** Whether the first word of the next line would have fitted at the end of this one. */
    private static boolean endsEarly(PdfTextLine last, PdfTextLine line, float right) {
        return last.x1() + line.firstWidth() + 1.3f * line.size() < right;
    }

    private static boolean isSameLine(PdfTextLine last, PdfTextLine line, boolean below) {
        return below && line.y() - last.y() < 0.35f * Math.max(line.size(), last.size());
    }

    private void end() {
        if (!lines.isEmpty()) {
            passages.add(new PdfParagraph(lines, intended));
            lines = new ArrayList<>();
            intended = new ArrayList<>();
        }
    }
}
