package io.mivaa.batch.pipeline.parse.office;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The meaning of Word's built-in styles, by their names in any case. */
public final class WordNames {

    private static final Pattern HEADING = Pattern.compile("(?:heading|überschrift|titre|título)\\s*([1-9])");

    private WordNames() {}

    /** @return 1 to 9, 0 when the style is not that of a heading */
    public static int headingLevel(String style) {
        String name = style.toLowerCase(Locale.ROOT);
        Matcher heading = HEADING.matcher(name);
        return heading.matches() ? Integer.parseInt(heading.group(1)) : name.equals("title") ? 1 : 0;
    }

    /** Whether it is the style of captions. */
    public static boolean isCaption(String style) {
        return style.equalsIgnoreCase("caption");
    }

    /** Whether it is a style of tables of contents, figures or an index, which only repeat the text. */
    public static boolean isContents(String style) {
        return style.toLowerCase(Locale.ROOT).matches("toc \\d|contents \\d|table of figures|index \\d");
    }

    /** Whether it is a style of code. */
    public static boolean isCode(String style) {
        return style.toLowerCase(Locale.ROOT)
                .matches("html preformatted|source code|code|code block|preformatted text|macro");
    }

    /**
     * Converts a number format of the binary format and RTF ([MS-OSHARED] 2.2.1.3).
     *
     * @return a value of ST_NumberFormat of ECMA-376
     */
    public static String numberFormat(int nfc) {
        return switch (nfc) {
            case 1 -> "upperRoman";
            case 2 -> "lowerRoman";
            case 3 -> "upperLetter";
            case 4 -> "lowerLetter";
            case 23 -> "bullet";
            case 255 -> "none";
            default -> "decimal";
        };
    }
}
