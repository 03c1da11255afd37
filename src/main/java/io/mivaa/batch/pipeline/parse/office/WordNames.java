package io.mivaa.batch.pipeline.parse.office;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the built-in styles of Word are for, by name, whatever the case. */
public final class WordNames {

    private static final Pattern HEADING = Pattern.compile("(?:heading|überschrift|titre|título)\\s*([1-9])");

    private WordNames() {}

    /** @return 1 to 9, 0 when it is no heading's */
    public static int headingLevel(String style) {
        String name = style.toLowerCase(Locale.ROOT);
        Matcher heading = HEADING.matcher(name);
        return heading.matches() ? Integer.parseInt(heading.group(1)) : name.equals("title") ? 1 : 0;
    }

    public static boolean isCaption(String style) {
        return style.equalsIgnoreCase("caption");
    }

    /** A line of a table of contents or of figures: it only repeats headings. */
    public static boolean isContents(String style) {
        return style.toLowerCase(Locale.ROOT).matches("toc \\d|contents \\d|table of figures|index \\d");
    }

    public static boolean isCode(String style) {
        return style.toLowerCase(Locale.ROOT)
                .matches("html preformatted|source code|code|code block|preformatted text|macro");
    }

    /** @param nfc a number format as the binary format and RTF have it ([MS-OSHARED] 2.2.1.3) */
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
