package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.text.TextPosition;

/** Makes words of glyphs. Not thread-safe; one for each document. */
public final class PdfWords {

    private final PdfFonts fonts = new PdfFonts();

    /** @param positions that PDFBox takes for one run of text */
    public List<PdfWord> of(List<TextPosition> positions) {
        List<PdfWord> words = new ArrayList<>();
        parted(positions).forEach(glyphs -> words.add(word(textOf(glyphs), glyphs)));
        return words;
    }

    /** What white space divides, or a jump to another place that PDFBox took for a step. */
    private static List<List<TextPosition>> parted(List<TextPosition> positions) {
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
        // A sign of its own that the font has no character for is a bullet where a line begins with it.
        boolean unknown = text.length() == 1 && Character.isISOControl(text.charAt(0));
        return unknown ? PdfWord.UNKNOWN_SIGN : text.toString();
    }

    public PdfWord word(String text, List<TextPosition> positions) {
        float x0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        int bold = 0;
        int italic = 0;
        for (TextPosition position : positions) {
            x0 = Math.min(x0, position.getXDirAdj());
            x1 = Math.max(x1, position.getXDirAdj() + position.getWidthDirAdj());
            bold += fonts.isBold(position.getFont()) ? 1 : 0;
            italic += fonts.isItalic(position.getFont()) ? 1 : 0;
        }
        TextPosition middle = positions.get(positions.size() / 2);
        return new PdfWord(
                text,
                x0,
                x1,
                middle.getYDirAdj(),
                Math.round(middle.getYScale() * 10) / 10f,
                2 * bold > positions.size(),
                2 * italic > positions.size(),
                Math.round(middle.getDir()));
    }
}
