package io.mivaa.batch.pipeline.parse.pdf.flow;

import java.util.regex.Pattern;

/** Recognises marks such as "(continued)" on tables and sections that continue on another page. */
final class PdfContinuation {

    private static final String WHERE =
            "(?:\\s+(?:on|from|overleaf)(?:\\s+(?:the\\s+)?(?:next|following|previous|preceding|last)\\s+page|\\s+page\\s+\\d+)?)?";

    private static final String ENGLISH = "(?:continued|continues|cont['\u2019]d\\.?|contd\\.?)" + WHERE;

    private static final String WORD = "(?:" + ENGLISH
            + "|cont\\.|fortsetzung|forts\\.|fortgesetzt|suite|continuaci\u00F3n|continua\u00E7\u00E3o|continuazione|segue|vervolg)";

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    /** In brackets anywhere, or at the end after a dash or a number. The latter only in English, where it is unambiguous. */
    private static final Pattern MARK = Pattern.compile(
            "(?<!\\s)\\s*+[(\\[]\\s*+" + WORD
                    + "\\s*+[)\\]]|(?:(?<!\\s)\\s*+[\u2013\u2014,:]\\s*+|(?<!\\s)\\s++-\\s*+|(?<=\\d)\\.?\\s++)"
                    + ENGLISH
                    + "\\s*+[.:\u2026]*+$",
            FLAGS);

    private static final Pattern ALONE = Pattern.compile(ENGLISH + "\\s*[.:\u2026]*", FLAGS);

    private PdfContinuation() {}

    /** The text without such a mark; unchanged when it has none. */
    static String without(String text) {
        return ALONE.matcher(text).matches()
                ? ""
                : MARK.matcher(text).replaceFirst("").strip();
    }

    static boolean isIn(String text) {
        return !without(text).equals(text);
    }

    /** Whether the text consists of such a mark. */
    static boolean isAll(String text) {
        return isIn(text) && without(text).isEmpty();
    }
}
