package io.mivaa.batch.pipeline.parse.pdf.flow;

import java.util.regex.Pattern;

/** Recognises what documents write where a table or a section goes on over a page: "(continued)" and its like. */
final class PdfContinuation {

    private static final String WHERE =
            "(?:\\s+(?:on|from|overleaf)(?:\\s+(?:the\\s+)?(?:next|following|previous|preceding|last)\\s+page|\\s+page\\s+\\d+)?)?";

    private static final String ENGLISH = "(?:continued|continues|cont['\u2019]d\\.?|contd\\.?)" + WHERE;

    private static final String WORD = "(?:" + ENGLISH
            + "|cont\\.|fortsetzung|forts\\.|fortgesetzt|suite|continuaci\u00F3n|continua\u00E7\u00E3o|continuazione|segue|vervolg)";

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    /** In brackets anywhere; after a dash or a number, which only English does without doubt, at the end. */
    private static final Pattern MARK = Pattern.compile(
            "\\s*[(\\[]\\s*" + WORD + "\\s*[)\\]]|(?:\\s*[\u2013\u2014,:]\\s*|\\s+-\\s*|(?<=\\d)\\.?\\s+)" + ENGLISH
                    + "\\s*[.:\u2026]*$",
            FLAGS);

    private static final Pattern ALONE = Pattern.compile(ENGLISH + "\\s*[.:\u2026]*", FLAGS);

    private PdfContinuation() {}

    /** What is said to go on: the text without such a mark, the text itself when it has none. */
    static String without(String text) {
        return ALONE.matcher(text).matches()
                ? ""
                : MARK.matcher(text).replaceFirst("").strip();
    }

    static boolean isIn(String text) {
        return !without(text).equals(text);
    }

    /** Whether nothing else is said. */
    static boolean isAll(String text) {
        return isIn(text) && without(text).isEmpty();
    }
}
