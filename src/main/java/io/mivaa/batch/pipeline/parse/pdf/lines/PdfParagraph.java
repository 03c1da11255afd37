package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.document.PageRange;
import java.util.List;
import java.util.Set;

/**
 * Lines of text that belong together.
 *
 * @param intended for each line whether its author ended it, so that the line break is kept
 */
public record PdfParagraph(List<PdfTextLine> lines, List<Boolean> intended) implements PdfPassage {

    public PdfTextLine first() {
        return lines.get(0);
    }

    public PdfTextLine last() {
        return lines.get(lines.size() - 1);
    }

    @Override
    public PageRange pages() {
        PageRange pages = new PageRange(first().page(), first().page());
        for (PdfTextLine line : lines) {
            pages = pages.union(new PageRange(line.page(), line.page()));
        }
        return pages;
    }

    public boolean isBold() {
        return lines.stream().allMatch(PdfTextLine::bold);
    }

    public boolean isTabular() {
        return lines.stream().anyMatch(PdfTextLine::tabular);
    }

    /** Font size of the longest line, in points. */
    public float size() {
        PdfTextLine longest = first();
        for (PdfTextLine line : lines) {
            longest = line.text().length() > longest.text().length() ? line : longest;
        }
        return longest.size();
    }

    public String onOneLine(Set<String> hyphenated) {
        return text(hyphenated).replace('\n', ' ');
    }

    /**
     * The lines joined, without the hyphens that only divide a word at a line end.
     *
     * @param hyphenated words that the document writes with a hyphen within a line
     */
    public String text(Set<String> hyphenated) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            PdfTextLine line = lines.get(i);
            if (i > 0) {
                join(text, lines.get(i - 1), line, intended.get(i - 1), hyphenated);
            }
            text.append(line.text());
        }
        return text.toString();
    }

    private static void join(
            StringBuilder text, PdfTextLine last, PdfTextLine next, boolean intended, Set<String> hyphenated) {
        if (last.endsHyphenated() && next.startsLowerCase() && !last.tabular()) {
            if (!hyphenated.contains(PdfHyphens.lastWord(last.text()) + PdfHyphens.firstWord(next.text()))) {
                text.setLength(text.length() - 1);
            }
        } else if (last.endsHyphenated()
                && Character.isLetterOrDigit(next.text().codePointAt(0))
                && !intended) {
            return;
        } else if (intended) {
            text.append('\n');
        } else if (!isIdeographic(text.codePointBefore(text.length()))
                || !isIdeographic(next.text().codePointAt(0))) {
            text.append(' ');
        }
    }

    /** Chinese and Japanese have no spaces between words. */
    private static boolean isIdeographic(int c) {
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        return script == Character.UnicodeScript.HAN
                || script == Character.UnicodeScript.HIRAGANA
                || script == Character.UnicodeScript.KATAKANA
                || (c >= 0x3000 && c <= 0x303F)
                || (c >= 0xFF00 && c <= 0xFF60);
    }
}
