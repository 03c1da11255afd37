package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Words on one base line, divided into parts by wide white space, from left to right. */
record PdfRow(List<Part> parts, float y, float size) {

    /** White space between parts, in font sizes. */
    private static final float GAP = 1.1f;

    /** The same in a row with horizontal lines close above and below it, as headers of tables have. */
    private static final float GAP_BETWEEN_LINES = 0.45f;

    /** In font sizes. */
    private static final float CLOSE = 3.5f;

    private static final float COMMON = 0.6f;

    /** Distance of the lines within a cell, in font sizes. */
    private static final float WRAPPED = 1.35f;

    private static final Pattern LEADER = Pattern.compile("[.\u2026\u00B7_]{4,}");
    private static final int MOST_DOTS = 4;

    /** @param rulings of the page */
    static PdfRow of(List<PdfWord> words, List<PdfRuling> rulings) {
        float gap = isBetweenLines(words, rulings) ? GAP_BETWEEN_LINES : GAP;
        List<Part> parts = new ArrayList<>();
        List<PdfWord> part = new ArrayList<>();
        for (PdfWord word : words) {
            if (!part.isEmpty() && part.get(part.size() - 1).gapTo(word) > gap * word.size()) {
                parts.add(new Part(part));
                part = new ArrayList<>();
            }
            part.add(word);
        }
        parts.add(new Part(part));
        float size = (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
        return new PdfRow(parts, words.get(0).y(), size);
    }

    private static boolean isBetweenLines(List<PdfWord> words, List<PdfRuling> rulings) {
        PdfWord first = words.get(0);
        float x0 = (float) words.stream().mapToDouble(PdfWord::x0).min().orElse(0);
        float x1 = (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0);
        boolean above = false;
        boolean below = false;
        for (PdfRuling line : rulings) {
            float away = line.at() - first.y();
            if (line.level()
                    && Math.abs(away) <= CLOSE * first.size()
                    && Math.min(line.to(), x1) - Math.max(line.from(), x0) > COMMON * (x1 - x0)) {
                above |= away < -COMMON * first.size();
                below |= away >= -COMMON * first.size();
            }
        }
        return above && below;
    }

    List<PdfWord> words() {
        return parts.stream().flatMap(part -> part.words.stream()).toList();
    }

    boolean isDivided() {
        return parts.size() > 1 && !isLed() && !isCaption();
    }

    /** A caption may have wide gaps in its first line when it is justified. */
    boolean isCaption() {
        String text = PdfPlaced.text(words());
        return PdfCaption.isOfTable(text) || PdfCaption.isOfFigure(text);
    }

    /** Whether dots lead from one part to another, as from an entry of a table of contents to its page. */
    boolean isLed() {
        return words().stream().anyMatch(word -> LEADER.matcher(word.text()).find())
                || words().stream().filter(word -> word.text().equals(".")).count() > MOST_DOTS;
    }

    /** Whether the distance to the row above is that of two lines of a cell. */
    boolean isCloseBelow(PdfRow above) {
        return y - above.y <= WRAPPED * Math.max(size, above.size);
    }

    /** Words without wide white space between them. */
    record Part(List<PdfWord> words) {

        float x0() {
            return words.get(0).x0();
        }

        float x1() {
            return (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0);
        }
    }
}
