package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of text.
 *
 * @param text without outer white space, never empty
 * @param size of most of its characters, in points
 * @param bold whether all of it is
 * @param italic whether all of it is
 * @param tabular whether it is a row rather than prose: gaps as between table cells or dots divide it
 * @param firstWidth of its first word
 * @param page 1-based
 */
public record PdfTextLine(
        String text,
        float x0,
        float x1,
        float y,
        float size,
        boolean bold,
        boolean italic,
        boolean startsBold,
        boolean endsBold,
        boolean tabular,
        float firstWidth,
        int page)
        implements PdfLine {

    private static final int LONGEST_TITLE = 80;

    /** What leads from an entry of a table of contents to its page. */
    private static final Pattern LEADER = Pattern.compile("(?:\\s?[.\u2026\u00B7_]){5,}+\\s*");

    /** Section numbers and bullets stand apart from their text, and yet are no cells. */
    private static final Pattern LABEL =
            Pattern.compile("\\(?(?:\\d{1,3}(?:\\.\\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]?|[^\\p{L}\\p{N}]");

    /** @param words not empty, with some text */
    static PdfTextLine of(List<PdfWord> words, int page) {
        StringBuilder text = new StringBuilder();
        float x0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        boolean bold = true;
        boolean italic = true;
        boolean tabular = false;
        PdfWord largest = words.get(0);
        for (int i = 0; i < words.size(); i++) {
            PdfWord word = words.get(i);
            x0 = Math.min(x0, word.x0());
            x1 = Math.max(x1, word.x1());
            bold &= word.bold();
            italic &= word.italic();
            largest = word.text().length() > largest.text().length() ? word : largest;
            boolean apart = i > 0 && words.get(i - 1).gapTo(word) > 2 * word.size();
            tabular |= apart && !(i == 1 && LABEL.matcher(words.get(0).text()).matches());
            if (i == 0 || !word.text().equals(PdfWord.UNKNOWN_SIGN)) {
                text.append(i == 0 ? "" : " ").append(word.text());
            }
        }
        PdfWord first = words.get(0);
        PdfWord last = words.get(words.size() - 1);
        String clean = CleanText.line(text.toString());
        // text that runs another way than its page is no part of the prose either
        tabular |= first.direction() != 0 || LEADER.matcher(clean).find();
        return new PdfTextLine(
                withShortLeaders(clean),
                x0,
                x1,
                largest.y(),
                largest.size(),
                bold,
                italic,
                first.bold(),
                last.bold(),
                tabular,
                first.x1() - first.x0(),
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

    /** Short, in italics, and written as titles are: mostly words with capitals, and no end of a sentence. */
    public boolean isItalicTitle() {
        String[] words = text.split(" ");
        long capitals = java.util.Arrays.stream(words)
                .filter(word -> Character.isUpperCase(word.codePointAt(0)))
                .count();
        return italic
                && text.length() <= LONGEST_TITLE
                && words.length > 1
                && Character.isUpperCase(text.codePointAt(0))
                && 5 * capitals >= 3L * words.length
                && ".,;:!?".indexOf(text.charAt(text.length() - 1)) < 0;
    }

    /** @param text without outer white space, as {@link CleanText#line} returns it */
    static String withShortLeaders(String text) {
        return LEADER.matcher(text).replaceAll(" ... ").strip();
    }
}
