package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfListItem;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfTextLine;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds headings: short paragraphs in larger or bolder type than most of the text, or named by the outline. The level is
 * the outline's where it knows the heading, else that of its section number, else the rank of its type among those of
 * all headings.
 */
final class PdfHeadings {

    private static final int LONGEST = 200;
    private static final int LONGEST_BOLD = 120;
    private static final float LARGER = 1.12f;
    private static final int FEWEST_NUMBERED = 3;
    private static final int DEEPEST = 4;

    private static final Pattern SECTION = Pattern.compile(
            "^(?:(\\d{1,2}(?:\\.\\d{1,2}){0,4})\\.?\\s+\\p{Lu}|(?:Chapter|CHAPTER|Part|PART|Appendix|APPENDIX|Kapitel|Teil|Anhang)\\s+[\\dA-Z])");

    private final PdfOutline outline;
    private final float bodySize;
    private final boolean bodyBold;
    private final boolean bodyItalic;
    private final Map<Style, Integer> levels = new HashMap<>();
    private boolean isNumbered;

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
        int italic = 0;
        for (PdfParagraph paragraph : paragraphs) {
            for (PdfTextLine line : paragraph.lines()) {
                int characters = line.text().length();
                sizes.merge(Math.round(line.size() * 2) / 2f, characters, Integer::sum);
                all += characters;
                bold += line.bold() ? characters : 0;
                italic += line.italic() ? characters : 0;
            }
        }
        this.bodySize = sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0f);
        this.bodyBold = 2 * bold > all;
        this.bodyItalic = 5 * italic > all;
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
        if (!standsOut(paragraph)) {
            return 0;
        }
        int byNumber = isNumbered ? numberedLevel(paragraph) : 0;
        return byNumber > 0 ? byNumber : levels.getOrDefault(Style.of(paragraph), 6);
    }

    private void rank(List<PdfParagraph> paragraphs) {
        List<PdfParagraph> headings = paragraphs.stream()
                .filter(paragraph -> couldBe(paragraph) && standsOut(paragraph))
                .toList();
        isNumbered =
                headings.stream().filter(heading -> numberedLevel(heading) > 0).count() >= FEWEST_NUMBERED;
        Set<Style> styles = new HashSet<>();
        Map<Style, List<Integer>> known = new HashMap<>();
        for (PdfParagraph heading : headings) {
            Style style = Style.of(heading);
            styles.add(style);
            int level = outline.level(heading.onOneLine(Set.of()));
            level = level == 0 && isNumbered ? numberedLevel(heading) : level;
            if (level > 0) {
                known.computeIfAbsent(style, s -> new ArrayList<>()).add(level);
            }
        }
        List<Style> ranked = new ArrayList<>(styles);
        ranked.sort((a, b) -> a.size != b.size ? Integer.compare(b.size, a.size) : Boolean.compare(b.bold, a.bold));
        int level = 0;
        Style last = null;
        for (Style style : ranked) {
            List<Integer> told = known.get(style);
            if (told != null) {
                level = median(told);
            } else if (last == null || !isAlike(last, style)) {
                level = Math.min(DEEPEST, level + 1);
            }
            levels.put(style, level);
            last = style;
        }
        // what is larger than the first level that is known is not below it
        int top = 6;
        for (int i = ranked.size() - 1; i >= 0; i--) {
            Style style = ranked.get(i);
            top = known.containsKey(style) ? Math.min(top, median(known.get(style))) : top;
            levels.merge(style, known.containsKey(style) ? 6 : top, Math::min);
        }
    }

    private static boolean isAlike(Style larger, Style smaller) {
        return larger.bold == smaller.bold && larger.size <= 1.1f * smaller.size;
    }

    /** By its section number, 0 when it has none: one for "2" and "Chapter 2", three for "2.1.4". */
    private static int numberedLevel(PdfParagraph paragraph) {
        Matcher number = SECTION.matcher(paragraph.first().text());
        if (!number.find()) {
            return 0;
        }
        String digits = number.group(1);
        return digits == null
                ? 1
                : Math.min(6, 1 + (int) digits.chars().filter(c -> c == '.').count());
    }

    private static int median(List<Integer> levels) {
        return levels.stream().sorted().toList().get(levels.size() / 2);
    }

    private static boolean couldBe(PdfParagraph paragraph) {
        int length = 0;
        for (PdfTextLine line : paragraph.lines()) {
            length += line.text().length();
        }
        String text = paragraph.first().text();
        return paragraph.lines().size() <= 3
                && length <= LONGEST
                && !paragraph.isTabular()
                && !PdfListItem.isBulleted(text)
                && !PdfCaption.isOfFigure(text)
                && !PdfCaption.isOfTable(text)
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
        if (paragraph.lines().size() == 1 && paragraph.first().isItalicTitle() && !bodyItalic) {
            return true;
        }
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
