package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Words on one base line, in parts with much white space between them, from left to right. */
record PdfRow(List<Part> parts, float y, float size) {

    private static final float PART = 1.1f;

    /** Between level lines close above and below, as heads of tables are. */
    private static final float PART_BETWEEN_LINES = 0.45f;

    private static final float CLOSE = 3.5f;
    private static final float COMMON = 0.6f;

    private static final Pattern LEADER = Pattern.compile("[.\u2026\u00B7_]{4,}");

    /** @param rulings of the page */
    static PdfRow of(List<PdfWord> words, List<Ruling> rulings) {
        float gap = isBetweenLines(words, rulings) ? PART_BETWEEN_LINES : PART;
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

    private static boolean isBetweenLines(List<PdfWord> words, List<Ruling> rulings) {
        PdfWord first = words.get(0);
        float x0 = (float) words.stream().mapToDouble(PdfWord::x0).min().orElse(0);
        float x1 = (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0);
        boolean above = false;
        boolean below = false;
        for (Ruling line : rulings) {
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

    boolean isDivided() {
        return parts.size() > 1 && !isLed() && !isCaption();
    }

    /** The first line of one may have wide gaps, when it is set to fill its column. */
    boolean isCaption() {
        String text =
                PdfPlaced.text(parts.stream().flatMap(part -> part.words.stream()).toList());
        return PdfCaption.isOfTable(text) || PdfCaption.isOfFigure(text);
    }

    /** As an entry of a table of contents is to its page. */
    boolean isLed() {
        return parts.stream()
                        .flatMap(part -> part.words.stream())
                        .anyMatch(word -> LEADER.matcher(word.text()).find())
                || parts.stream()
                                .flatMap(part -> part.words.stream())
                                .filter(word -> word.text().equals("."))
                                .count()
                        > 4;
    }

    /** Words that stand together. */
    record Part(List<PdfWord> words) {

        float x0() {
            return words.get(0).x0();
        }

        float x1() {
            return (float) words.stream().mapToDouble(PdfWord::x1).max().orElse(0);
        }
    }
}
