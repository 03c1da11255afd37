package io.mivaa.batch.pipeline.parse.pdf.words;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.pdfbox.text.TextPosition;

/**
 * Puts a line of a script that is written from right to left into reading order. A page has only the positions of the
 * glyphs; the order is restored by the inverse of the last steps of the Unicode bidirectional algorithm (UAX #9, rules
 * L2 and L4).
 */
final class PdfBackwards {

    private static final float SPACE = 0.18f;
    private static final int LONGEST_UNIT = 3;

    private PdfBackwards() {}

    /** @param glyphs in any order */
    record Word(String text, List<TextPosition> glyphs) {}

    static boolean isIn(String text) {
        return text.codePoints().anyMatch(PdfBackwards::isBackwards);
    }

    static boolean isBackwards(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    /** @param glyphs of one line with some text from right to left, in any order */
    static List<Word> words(List<TextPosition> glyphs) {
        int backwards = 0;
        int forwards = 0;
        for (TextPosition glyph : glyphs) {
            int c = glyph.getUnicode().isEmpty() ? ' ' : glyph.getUnicode().codePointAt(0);
            backwards += isBackwards(c) ? 1 : 0;
            forwards += isForwards(c) ? 1 : 0;
        }
        boolean arabic = glyphs.stream().anyMatch(glyph -> isArabic(glyph.getUnicode()));
        // A line from right to left may consist largely of names and terms in other scripts.
        boolean line = 2 * backwards >= forwards;
        List<Word> words = new ArrayList<>();
        for (List<TextPosition> word : fromLeft(glyphs)) {
            words.add(new Word(logical(word, line, arabic), word));
        }
        if (line) {
            Collections.reverse(words);
        }
        turnBack(words, line);
        return words;
    }

    private static List<List<TextPosition>> fromLeft(List<TextPosition> glyphs) {
        List<TextPosition> sorted = new ArrayList<>(glyphs);
        sorted.removeIf(glyph -> glyph.getUnicode().isEmpty());
        sorted.sort(Comparator.comparingDouble(TextPosition::getXDirAdj));
        List<List<TextPosition>> words = new ArrayList<>();
        List<TextPosition> word = new ArrayList<>();
        float end = 0;
        for (TextPosition glyph : sorted) {
            boolean blank = glyph.getUnicode().isBlank();
            boolean apart = !word.isEmpty() && glyph.getXDirAdj() - end > SPACE * glyph.getYScale();
            if ((blank || apart) && !word.isEmpty()) {
                words.add(word);
                word = new ArrayList<>();
            }
            if (!blank) {
                end = Math.max(word.isEmpty() ? 0 : end, glyph.getXDirAdj() + glyph.getWidthDirAdj());
                word.add(glyph);
            }
        }
        if (!word.isEmpty()) {
            words.add(word);
        }
        return words;
    }

    /**
     * Reverses consecutive words that run against the line, with the numbers and signs between them. A number beside a
     * word in Latin script may belong before or after it, which look alike: it is put after a name ("Windows 11") and
     * before a unit ("16 GB").
     */
    private static void turnBack(List<Word> words, boolean line) {
        int at = 0;
        while (at < words.size()) {
            if (!isAgainst(words.get(at), line)) {
                at++;
                continue;
            }
            int from = line && at > 0 && isName(words.get(at)) && isNumber(words.get(at - 1)) ? at - 1 : at;
            int end = at + 1;
            for (int i = end; i < words.size() && !isAgainst(words.get(i), !line); i++) {
                end = isAgainst(words.get(i), line) ? i + 1 : end;
            }
            Collections.reverse(words.subList(from, end));
            at = end;
        }
    }

    /** @param line whether the line as a whole runs backwards */
    private static boolean isAgainst(Word word, boolean line) {
        return line ? isForwards(word) : isIn(word.text());
    }

    private static boolean isName(Word word) {
        return word.glyphs().size() > LONGEST_UNIT;
    }

    private static boolean isNumber(Word word) {
        return word.glyphs().stream().anyMatch(PdfBackwards::isNumeric) && !isIn(word.text());
    }

    private static boolean isForwards(Word word) {
        return !isIn(word.text()) && word.text().codePoints().anyMatch(PdfBackwards::isForwards);
    }

    private static boolean isForwards(int c) {
        return Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
    }

    /**
     * @param seen the glyphs from left to right
     * @param line whether the line as a whole runs backwards
     * @param arabic whether the line has Arabic letters, after which signs of numbers are reversed with the words
     */
    private static String logical(List<TextPosition> seen, boolean line, boolean arabic) {
        boolean backwards = seen.stream().anyMatch(glyph -> isIn(glyph.getUnicode()))
                || (line
                        && seen.stream()
                                .noneMatch(
                                        glyph -> isForwards(glyph.getUnicode().codePointAt(0))));
        StringBuilder text = new StringBuilder();
        if (!backwards) {
            seen.forEach(glyph -> text.append(glyph.getUnicode()));
            return text.toString();
        }
        int i = seen.size() - 1;
        while (i >= 0) {
            int from = i;
            while (from >= 0 && isPartOfForwards(seen, from, i, arabic)) {
                from--;
            }
            if (from < i) {
                for (int k = from + 1; k <= i; k++) {
                    text.append(seen.get(k).getUnicode());
                }
                i = from;
            } else {
                text.append(mirrored(whole(seen.get(i).getUnicode())));
                i--;
            }
        }
        return text.toString();
    }

    /** Letters and digits that run forwards, points between two digits, and signs such as % beside one (UAX #9, W5). */
    private static boolean isPartOfForwards(List<TextPosition> seen, int at, int last, boolean arabic) {
        int c = seen.get(at).getUnicode().codePointAt(0);
        boolean inner = at < last && at > 0 && isNumeric(seen.get(at - 1)) && isNumeric(seen.get(at + 1));
        boolean beside =
                (at > 0 && isNumeric(seen.get(at - 1))) || (at + 1 < seen.size() && isNumeric(seen.get(at + 1)));
        boolean ofNumber = Character.getDirectionality(c) == Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR;
        return isForwards(c)
                || isNumeric(seen.get(at))
                || (inner && ".,:/%-".indexOf(c) >= 0)
                || (beside && ofNumber && !arabic);
    }

    private static boolean isArabic(String text) {
        return text.codePoints()
                .anyMatch(c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    }

    private static boolean isNumeric(TextPosition glyph) {
        return Character.isDigit(glyph.getUnicode().codePointAt(0));
    }

    /** Replaces ligatures and the forms that letters take within a word by the letters themselves. */
    private static String whole(String glyph) {
        char c = glyph.charAt(0);
        boolean form = (c >= '\uFB1D' && c <= '\uFDFF') || (c >= '\uFE70' && c <= '\uFEFC');
        return form ? Normalizer.normalize(glyph, Normalizer.Form.NFKC).strip() : glyph;
    }

    private static String mirrored(String sign) {
        int at = "()[]{}<>«»".indexOf(sign);
        return at < 0 || sign.length() != 1 ? sign : String.valueOf("()[]{}<>«»".charAt(at ^ 1));
    }
}
