package io.mivaa.batch.pipeline.parse.pdf.lines;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of text.
 *
 * @param text without outer white space, never empty
 * @param size of most of its characters, in points
 * @param bold whether all of it is
 * @param italic whether all of it is
 * @param tabular whether it is a row rather than prose: divided by gaps as between table cells, or by leader dots
 * @param firstWidth width of its first word
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

    /** Dots that lead from an entry of a table of contents to its page number. */
    private static final Pattern LEADER = Pattern.compile("(?:\\s?[.\u2026\u00B7_]){5,}+\\s*");

    /** Section numbers and bullets have a wide gap behind them but are no cells. */
    private static final Pattern LABEL =
            Pattern.compile("\\(?(?:\\d{1,3}(?:\\.\\d{1,3})*+|[a-zA-Z]|[ivxIVX]{1,5})[.)]?|[^\\p{L}\\p{N}]");

    /** @param words not empty, with some text */
    static PdfTextLine of(List<PdfWord> words, int page) {
        PdfWord first = words.get(0);
        PdfWord last = words.get(words.size() - 1);
        PdfWord longest = longest(words);
        String clean = CleanText.line(text(words));
        // Text in another direction than its page is no part of the prose either.
        boolean tabular = hasCells(words)
                || first.direction() != 0
                || LEADER.matcher(clean).find();
        return new PdfTextLine(
                withShortLeaders(clean),
                (float) words.stream().mapToDouble(PdfWord::x0).min().orElse(0),
                (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0),
                longest.y(),
                longest.size(),
                words.stream().allMatch(PdfWord::bold),
                words.stream().allMatch(PdfWord::italic),
                first.bold(),
                last.bold(),
                tabular,
                first.x1() - first.x0(),
                page);
    }

    private static PdfWord longest(List<PdfWord> words) {
        PdfWord longest = words.get(0);
        for (PdfWord word : words) {
            longest = word.text().length() > longest.text().length() ? word : longest;
        }
        return longest;
    }

    /** A sign without a character is kept only where it may be a bullet. */
    private static String text(List<PdfWord> words) {
        StringBuilder text = new StringBuilder(words.get(0).text());
        words.stream()
                .skip(1)
                .filter(word -> !word.text().equals(PdfWord.UNKNOWN_SIGN))
                .forEach(word -> text.append(' ').append(word.text()));
        return text.toString();
    }

    /** Whether gaps as wide as between the cells of a table divide the line. */
    private static boolean hasCells(List<PdfWord> words) {
        int from = LABEL.matcher(words.get(0).text()).matches() ? 2 : 1;
        for (int i = from; i < words.size(); i++) {
            if (words.get(i - 1).gapTo(words.get(i)) > 2 * words.get(i).size()) {
                return true;
            }
        }
        return false;
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

    /** Whether it is short, in italics and written like a title: mostly capitalised words, and no end of a sentence. */
    public boolean isItalicTitle() {
        String[] words = text.split(" ");
        long capitals = Arrays.stream(words)
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
