package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** The levels of headings by their type: the larger, the higher, unless the levels of some headings are known. */
final class PdfHeadingRanks {

    /** A level that only the type shows is not deeper. */
    private static final int DEEPEST = 4;

    private static final int LOWEST = 6;

    private final Map<Style, List<Integer>> known = new HashMap<>();
    private final Map<Style, Integer> levels = new HashMap<>();

    /** Sorts from the largest to the smallest, bold before regular. */
    private record Style(int size, boolean bold) implements Comparable<Style> {

        static Style of(PdfParagraph paragraph) {
            return new Style(Math.round(paragraph.size()), paragraph.isBold());
        }

        @Override
        public int compareTo(Style other) {
            return size != other.size ? Integer.compare(other.size, size) : Boolean.compare(other.bold, bold);
        }

        boolean isLike(Style larger) {
            return larger.bold == bold && larger.size <= 1.1f * size;
        }
    }

    /** @param knownLevel 1 to 6, or 0 when only the type of a heading shows its level */
    PdfHeadingRanks(List<PdfParagraph> headings, ToIntFunction<PdfParagraph> knownLevel) {
        TreeSet<Style> styles = new TreeSet<>();
        for (PdfParagraph heading : headings) {
            Style style = Style.of(heading);
            styles.add(style);
            int level = knownLevel.applyAsInt(heading);
            if (level > 0) {
                known.computeIfAbsent(style, s -> new ArrayList<>()).add(level);
            }
        }
        rank(styles);
        raise(styles);
    }

    private void rank(TreeSet<Style> styles) {
        int level = 0;
        Style last = null;
        for (Style style : styles) {
            List<Integer> found = known.get(style);
            if (found != null) {
                level = median(found);
            } else if (last == null || !style.isLike(last)) {
                level = Math.min(DEEPEST, level + 1);
            }
            levels.put(style, level);
            last = style;
        }
    }

    /** Headings in larger type than those of a known level are not below that level. */
    private void raise(TreeSet<Style> styles) {
        int top = LOWEST;
        for (Style style : styles.descendingSet()) {
            List<Integer> found = known.get(style);
            if (found == null) {
                levels.merge(style, top, Math::min);
            } else {
                top = Math.min(top, median(found));
            }
        }
    }

    private static int median(List<Integer> levels) {
        return levels.stream().sorted().toList().get(levels.size() / 2);
    }

    /** 1 to 6. */
    int level(PdfParagraph heading) {
        return levels.getOrDefault(Style.of(heading), LOWEST);
    }
}
