package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds headings: short paragraphs in larger or bolder type than most of the text, or named by the outline. The level is
 * the outline's where it knows the heading, else the rank of the type among those of all headings.
 */
final class PdfHeadings {

    private static final int LONGEST = 200;
    private static final int LONGEST_BOLD = 120;
    private static final float LARGER = 1.12f;

    private final PdfOutline outline;
    private final float bodySize;
    private final boolean bodyBold;
    private final Map<Style, Integer> levels = new HashMap<>();

    private record Style(int size, boolean bold) {

        static Style of(PdfParagraph paragraph) {
            return new Style(Math.round(paragraph.size()), paragraph.isBold());
        }
    }

    private PdfHeadings(List<PdfParagraph> paragraphs, PdfOutline outline) {
        this.outline = outline;
        Map<Float, Integer> sizes = new TreeMap<>();
        int all = 0;
        int bold = 0;
        for (PdfParagraph paragraph : paragraphs) {
            for (PdfLine line : paragraph.lines()) {
                int characters = line.text().length();
                sizes.merge(Math.round(line.size() * 2) / 2f, characters, Integer::sum);
                all += characters;
                bold += line.bold() ? characters : 0;
            }
        }
        this.bodySize = sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0f);
        this.bodyBold = 2 * bold > all;
    }

    static PdfHeadings of(List<PdfParagraph> paragraphs, PdfOutline outline) {
        PdfHeadings headings = new PdfHeadings(paragraphs, outline);
        headings.rank(paragraphs);
        return headings;
    }

    /** 1 to 6, or 0 when the paragraph is no heading. */
    int level(PdfParagraph paragraph) {
        if (!couldBe(paragraph)) {
            return 0;
        }
        int known = outline.level(paragraph.onOneLine(Set.of()));
        if (known > 0) {
            return known;
        }
        return standsOut(paragraph) ? levels.getOrDefault(Style.of(paragraph), 6) : 0;
    }

    private void rank(List<PdfParagraph> paragraphs) {
        Set<Style> styles = new HashSet<>();
        Map<Style, List<Integer>> known = new HashMap<>();
        for (PdfParagraph paragraph : paragraphs) {
            if (couldBe(paragraph) && standsOut(paragraph)) {
                Style style = Style.of(paragraph);
                styles.add(style);
                int level = outline.level(paragraph.onOneLine(Set.of()));
                if (level > 0) {
                    known.computeIfAbsent(style, s -> new ArrayList<>()).add(level);
                }
            }
        }
        List<Style> ranked = new ArrayList<>(styles);
        ranked.sort((a, b) -> a.size != b.size ? Integer.compare(b.size, a.size) : Boolean.compare(b.bold, a.bold));
        for (int i = 0; i < ranked.size(); i++) {
            levels.put(ranked.get(i), Math.min(6, i + 1));
        }
        known.forEach((style, found) -> levels.put(style, median(found)));
    }

    private static int median(List<Integer> levels) {
        return levels.stream().sorted().toList().get(levels.size() / 2);
    }

    private static boolean couldBe(PdfParagraph paragraph) {
        int length = 0;
        for (PdfLine line : paragraph.lines()) {
            length += line.text().length();
        }
        String text = paragraph.first().text();
        return paragraph.lines().size() <= 3
                && length <= LONGEST
                && !paragraph.isTabular()
                && !PdfListItem.isBulleted(text)
                && hasWord(paragraph);
    }

    private static boolean hasWord(PdfParagraph paragraph) {
        long letters = paragraph.lines().stream()
                .flatMapToInt(line -> line.text().codePoints())
                .filter(Character::isLetter)
                .count();
        return letters >= 2;
    }

    private boolean standsOut(PdfParagraph paragraph) {
        if (paragraph.size() >= LARGER * bodySize) {
            return true;
        }
        int length = paragraph.lines().stream()
                .mapToInt(line -> line.text().length())
                .sum();
        String end = paragraph.last().text();
        return paragraph.isBold()
                && !bodyBold
                && paragraph.size() >= bodySize - 1
                && paragraph.lines().size() <= 2
                && length <= LONGEST_BOLD
                && !end.endsWith(".")
                && !end.endsWith(",")
                && !end.endsWith(";");
    }
}
