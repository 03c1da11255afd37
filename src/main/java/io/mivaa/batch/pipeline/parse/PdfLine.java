package io.mivaa.batch.pipeline.parse;

import java.util.List;

/**
 * A line of a page.
 *
 * @param text without outer white space, never empty
 * @param size of most of its characters, in points
 * @param bold whether all of it is
 * @param tabular whether gaps as between table cells divide it
 * @param page 1-based
 */
record PdfLine(
        String text,
        float x0,
        float x1,
        float y,
        float size,
        boolean bold,
        boolean startsBold,
        boolean endsBold,
        boolean tabular,
        float firstWidth,
        int page) {

    /** @param words not empty, with some text */
    static PdfLine of(List<PdfWord> words, int page) {
        StringBuilder text = new StringBuilder();
        float x0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        boolean bold = true;
        boolean tabular = false;
        PdfWord largest = words.get(0);
        for (int i = 0; i < words.size(); i++) {
            PdfWord word = words.get(i);
            x0 = Math.min(x0, word.x0());
            x1 = Math.max(x1, word.x1());
            bold &= word.bold();
            largest = word.text().length() > largest.text().length() ? word : largest;
            tabular |= i > 0 && words.get(i - 1).gapTo(word) > 2 * word.size();
            text.append(i == 0 ? "" : " ").append(word.text());
        }
        PdfWord first = words.get(0);
        PdfWord last = words.get(words.size() - 1);
        return new PdfLine(
                CleanText.line(text.toString()),
                x0,
                x1,
                largest.y(),
                largest.size(),
                bold,
                first.bold(),
                last.bold(),
                tabular,
                first.firstWidth(),
                page);
    }

    boolean endsSentence() {
        int end = text.length() - 1;
        while (end > 0 && "\"'”’»)]".indexOf(text.charAt(end)) >= 0) {
            end--;
        }
        return ".!?:;。！？".indexOf(text.charAt(end)) >= 0;
    }

    boolean startsLowerCase() {
        return Character.isLowerCase(text.codePointAt(0));
    }

    boolean endsHyphenated() {
        int end = text.length() - 1;
        return end > 0
                && (text.charAt(end) == '-' || text.charAt(end) == '\u2010')
                && Character.isLetter(text.charAt(end - 1));
    }

    boolean overlaps(float left, float right) {
        return x0 < right && left < x1;
    }
}
