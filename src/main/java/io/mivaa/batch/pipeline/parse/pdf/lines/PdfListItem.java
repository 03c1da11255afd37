package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises the first line of a list item by its bullet or number. */
public final class PdfListItem {

    /** Bullets of text fonts, and the private code points to which symbol fonts map theirs. */
    private static final Pattern BULLET = Pattern.compile(
            "^(?:[\u2022\u2023\u25E6\u25AA\u25AB\u25CF\u25CB\u25A0\u25A1\u25B6\u25BA\u27A2\u2713\u2714\u2756\uE000-\uF8FF]\\s*|[*\u2013-]\\s+)(?=\\S)");

    private static final Pattern NUMBER =
            Pattern.compile("^(?:\\d{1,3}[.)]|\\(\\d{1,2}\\)|\\(?[a-zA-Z][.)]|\\(?[ivxIVX]{1,5}[.)])\\s+(?=\\S)");

    private static final Pattern LONG_DASH = Pattern.compile("^\u2014\\s+(?=\\S)");

    private static final float SAME_INDENT = 4;

    private PdfListItem() {}

    public static boolean starts(PdfTextLine line) {
        return !line.tabular() && (isBulleted(line.text()) || isNumbered(line.text()));
    }

    /**
     * Whether a line with a long dash is an item, because another item is above or beside it. Alone, such a dash is more
     * often direct speech, an insertion, or the source of a quotation.
     */
    public static boolean startsBelow(PdfTextLine line, PdfTextLine item) {
        boolean beside = LONG_DASH.matcher(item.text()).find() && Math.abs(line.x0() - item.x0()) <= SAME_INDENT;
        return !line.tabular()
                && LONG_DASH.matcher(line.text()).find()
                && (beside || line.x0() > item.x0() + SAME_INDENT);
    }

    /** A dash at the start of a line may also continue a sentence. */
    static boolean isDash(String text) {
        return text.startsWith("-") || text.startsWith("\u2013") || text.startsWith("\u2014") || text.startsWith("*");
    }

    public static boolean isBulleted(String text) {
        return BULLET.matcher(text).find();
    }

    public static boolean isNumbered(String text) {
        return NUMBER.matcher(text).find();
    }

    /** Its bullet or the form of its number, which is the same for "1." and "12.". */
    public static String mark(String text) {
        return text.split("\\s", 2)[0].replaceAll("\\d+", "1").replaceAll("\\p{L}+", "a");
    }

    /** Replaces any bullet by the one of Markdown and keeps numbers. */
    public static String markdown(String text) {
        Matcher bullet = (LONG_DASH.matcher(text).find() ? LONG_DASH : BULLET).matcher(text);
        return bullet.find() ? "- " + text.substring(bullet.end()) : text;
    }
}
