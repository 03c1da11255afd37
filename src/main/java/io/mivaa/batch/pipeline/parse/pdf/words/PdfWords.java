package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.TextPosition;

/** Turns glyphs into words. Not thread-safe; one for each document. */
final class PdfWords {

    private final PdfFonts fonts = new PdfFonts();

    /** @param positions the glyphs that PDFBox takes for one run of text */
    List<PdfWord> of(List<TextPosition> positions) {
        List<PdfWord> words = new ArrayList<>();
        divided(positions).forEach(glyphs -> words.add(word(textOf(glyphs), glyphs)));
        return words;
    }

    /** @param glyphs of one line with text that is written from right to left, in any order */
    List<PdfWord> backwards(List<TextPosition> glyphs) {
        List<PdfWord> words = new ArrayList<>();
        PdfBackwards.words(glyphs).forEach(word -> words.add(word(word.text(), word.glyphs())));
        return words;
    }

    /** Divides at white space, and at jumps to another place that PDFBox took for a step. */
    private static List<List<TextPosition>> divided(List<TextPosition> positions) {
        List<List<TextPosition>> words = new ArrayList<>();
        List<TextPosition> word = new ArrayList<>();
        for (TextPosition position : positions) {
            boolean blank = position.getUnicode().isBlank();
            if (!word.isEmpty() && (blank || jumps(word.get(word.size() - 1), position))) {
                words.add(word);
                word = new ArrayList<>();
            }
            if (!blank) {
                word.add(position);
            }
        }
        if (!word.isEmpty()) {
            words.add(word);
        }
        return words;
    }

    private static boolean jumps(TextPosition last, TextPosition next) {
        float size = Math.max(1, next.getYScale());
        float gap = next.getXDirAdj() - last.getXDirAdj() - last.getWidthDirAdj();
        return gap > size
                || last.getXDirAdj() - next.getXDirAdj() > size
                || Math.abs(last.getYDirAdj() - next.getYDirAdj()) > 0.8f * size;
    }

    private static String textOf(List<TextPosition> word) {
        StringBuilder text = new StringBuilder();
        word.forEach(position -> text.append(position.getUnicode()));
        // A single sign without a character in its font is a bullet where it begins a line.
        boolean unknown = text.length() == 1 && Character.isISOControl(text.charAt(0));
        return unknown ? PdfWord.UNKNOWN_SIGN : text.toString();
    }

    private PdfWord word(String text, List<TextPosition> glyphs) {
        float x0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        for (TextPosition glyph : glyphs) {
            x0 = Math.min(x0, glyph.getXDirAdj());
            x1 = Math.max(x1, glyph.getXDirAdj() + glyph.getWidthDirAdj());
        }
        TextPosition middle = glyphs.get(glyphs.size() / 2);
        float size = Math.round(middle.getYScale() * 10) / 10f;
        boolean bold = isMostly(glyphs, fonts::isBold);
        boolean italic = isMostly(glyphs, fonts::isItalic);
        return new PdfWord(text, x0, x1, middle.getYDirAdj(), size, bold, italic, Math.round(middle.getDir()));
    }

    private static boolean isMostly(List<TextPosition> glyphs, Predicate<PDFont> style) {
        return 2 * glyphs.stream().filter(glyph -> style.test(glyph.getFont())).count() > glyphs.size();
    }
}
