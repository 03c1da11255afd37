package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** Joins text that runs upwards or downwards, which PDFBox reports as a column of letters. */
final class PdfTurned {

    private PdfTurned() {}

    /** @param lines in the order of the file; upright ones are returned unchanged */
    static List<List<PdfWord>> joined(List<List<PdfWord>> lines) {
        List<List<PdfWord>> joined = new ArrayList<>(lines.size());
        List<PdfWord> open = null;
        for (List<PdfWord> line : lines) {
            PdfWord first = line.get(0);
            PdfWord last = open == null ? null : open.get(open.size() - 1);
            if (open == null || last == null || first.direction() == 0 || !isBeside(last, first)) {
                open = new ArrayList<>();
                joined.add(open);
            }
            for (PdfWord word : line) {
                add(open, word);
            }
        }
        return joined;
    }

    /**
     * A turned line as a single word at its place among upright text.
     *
     * @param box of the page
     */
    static PdfWord upright(List<PdfWord> line, PDRectangle box) {
        StringBuilder text = new StringBuilder();
        float from = Float.MAX_VALUE;
        float to = -Float.MAX_VALUE;
        boolean bold = true;
        for (PdfWord word : line) {
            text.append(text.isEmpty() ? "" : " ").append(word.text());
            from = Math.min(from, word.x0());
            to = Math.max(to, word.x1());
            bold &= word.bold();
        }
        PdfWord first = line.get(0);
        boolean up = first.direction() == 90;
        float middle = up ? box.getHeight() - (from + to) / 2 : (from + to) / 2;
        float x = up ? first.y() - 0.8f * first.size() : box.getWidth() - first.y() - 0.2f * first.size();
        return new PdfWord(
                text.toString(), x, x + first.size(), middle + 0.3f * first.size(), first.size(), bold, false, 0);
    }

    private static boolean isBeside(PdfWord last, PdfWord next) {
        return last.direction() == next.direction()
                && Math.abs(last.y() - next.y()) < 0.3f * next.size()
                && next.x0() >= last.x1() - next.size();
    }

    private static void add(List<PdfWord> line, PdfWord word) {
        PdfWord last = line.isEmpty() ? null : line.get(line.size() - 1);
        if (last == null || word.direction() == 0 || last.gapTo(word) > 0.15f * word.size()) {
            line.add(word);
        } else {
            line.set(line.size() - 1, last.with(word));
        }
    }
}
