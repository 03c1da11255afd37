package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds words that a document writes with a hyphen, so that they keep it at the end of a line. */
public final class PdfHyphens {

    private static final Pattern COMPOUND = Pattern.compile("(?<!\\p{L})\\p{L}++(?:[-\u2010]\\p{L}++)++");

    private PdfHyphens() {}

    /** All such words, in lower case, with "-" as the hyphen. */
    public static Set<String> within(List<PdfPage> pages) {
        Set<String> words = new HashSet<>();
        for (PdfPage page : pages) {
            for (PdfLine line : page.lines()) {
                if (line.text().indexOf('-') > 0 || line.text().indexOf('\u2010') > 0) {
                    Matcher compound = COMPOUND.matcher(line.text());
                    while (compound.find()) {
                        words.add(normalised(compound.group()));
                    }
                }
            }
        }
        return words;
    }

    /** The last word of a line, with its hyphen. */
    static String lastWord(String line) {
        int start = line.length();
        while (start > 0 && isPart(line.charAt(start - 1))) {
            start--;
        }
        return normalised(line.substring(start));
    }

    static String firstWord(String line) {
        int end = 0;
        while (end < line.length() && isPart(line.charAt(end))) {
            end++;
        }
        return normalised(line.substring(0, end));
    }

    private static boolean isPart(char c) {
        return Character.isLetter(c) || c == '-' || c == '\u2010';
    }

    private static String normalised(String word) {
        return word.replace('\u2010', '-').toLowerCase(Locale.ROOT);
    }
}
