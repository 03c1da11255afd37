package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.text.TextPosition;

/** Collects the words of a page into lines while PDFBox reports its glyphs. Not thread-safe; one for each document. */
public final class PdfWordLines {

    private final PdfWords words = new PdfWords();
    private final PdfSigns signs = new PdfSigns();
    private final List<TextPosition> glyphs = new ArrayList<>();
    private List<List<PdfWord>> lines = new ArrayList<>();
    private List<PdfWord> line = new ArrayList<>();
    private boolean backwards;

    /** Starts the next page. */
    public void startPage() {
        lines = new ArrayList<>();
        line = new ArrayList<>();
        signs.clear();
    }

    /** Lines of the page that have ended, in the order of the file: each shares a base line and a direction. */
    public List<List<PdfWord>> lines() {
        return lines;
    }

    /** Adds a sign without a character, in points from the upper left corner of an upright page. */
    public void addSign(float x, float y) {
        signs.add(x, y);
    }

    /** @param positions the glyphs that PDFBox takes for one run of text */
    public void add(String text, List<TextPosition> positions) {
        boolean backwardsHere = PdfBackwards.isIn(text);
        if (!line.isEmpty() && !positions.isEmpty() && breaks(positions, backwardsHere)) {
            endLine();
        }
        glyphs.addAll(positions);
        backwards |= backwardsHere;
        for (PdfWord word : words.of(positions)) {
            if (!line.isEmpty() && !backwardsHere && isElsewhere(line.get(line.size() - 1), word)) {
                endLine();
            }
            line.add(word);
        }
    }

    private static boolean isElsewhere(PdfWord last, PdfWord word) {
        return word.x1() < last.x0() && Math.abs(last.y() - word.y()) > 0.5f * word.size();
    }

    /** Text in another direction, or further to the left, starts another line even at the same height. */
    private boolean breaks(List<TextPosition> positions, boolean backwardsHere) {
        PdfWord last = line.get(line.size() - 1);
        TextPosition first = positions.get(0);
        boolean back = !backwardsHere
                && !backwards
                && positions.get(positions.size() - 1).getXDirAdj() < last.x0()
                && first.getXDirAdj() < last.x0();
        return Math.round(first.getDir()) != last.direction() || back;
    }

    public void endLine() {
        if (!line.isEmpty()) {
            lines.add(backwards ? words.backwards(glyphs) : withSign());
            line = new ArrayList<>();
        }
        glyphs.clear();
        backwards = false;
    }

    private List<PdfWord> withSign() {
        PdfWord first = line.get(0);
        if (signs.precede(first)) {
            line.add(0, first.preceding(PdfWord.UNKNOWN_SIGN, first.x0() - first.size()));
        }
        return line;
    }
}
