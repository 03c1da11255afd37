package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Words on one base line, in parts with much white space between them, from left to right. */
record PdfRow(List<Part> parts, float y, float size) {

    private static final float PART = 1.1f;

    private static final Pattern LEADER = Pattern.compile("[.\u2026\u00B7_]{4,}");

    static PdfRow of(List<PdfWord> words) {
        List<Part> parts = new ArrayList<>();
        List<PdfWord> part = new ArrayList<>();
        for (PdfWord word : words) {
            if (!part.isEmpty() && part.get(part.size() - 1).gapTo(word) > PART * word.size()) {
                parts.add(new Part(part));
                part = new ArrayList<>();
            }
            part.add(word);
        }
        parts.add(new Part(part));
        float size = (float) words.stream().mapToDouble(PdfWord::size).average().orElse(10);
        return new PdfRow(parts, words.get(0).y(), size);
    }

    boolean isDivided() {
        return parts.size() > 1 && !isLed();
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
