package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfRows;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A cell of a table, which takes one or several places of its grid. Not thread-safe. */
final class PdfCell {

    private static final Pattern NUMBER =
            Pattern.compile("[-+\u2212\u2013(]?[$\u20AC\u00A3]?\\s?\\d[\\d.,' \u00A0]*\\s?[%)\u2030]?|[-\u2013\u2014]");

    private final List<PdfWord> words = new ArrayList<>();

    /** Whether a cell with this text has a number, or the dash that stands for none. */
    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    void add(PdfWord word) {
        words.add(word);
    }

    PdfCell copy() {
        PdfCell copy = new PdfCell();
        copy.words.addAll(words);
        return copy;
    }

    int size() {
        return words.size();
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    /** From top to bottom, each in the direction of its writing. */
    List<List<PdfWord>> lines() {
        return PdfRows.of(words);
    }

    boolean isBold() {
        return !words.isEmpty() && words.stream().allMatch(PdfWord::bold);
    }

    String text() {
        List<PdfWord> inOrder = lines().stream().flatMap(List::stream).toList();
        return CleanText.line(PdfPlaced.text(inOrder).replace(PdfWord.UNKNOWN_SIGN, ""));
    }
}
