package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfListItem;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds headings: short paragraphs in larger or bolder type than most of the text, or with the words of an outline
 * entry. The level is that of the outline if it has the heading, or else that of the section number, or else the rank
 * of the heading's type among those of all headings.
 */
final class PdfHeadings {

    private static final int LONGEST = 200;
    private static final int LONGEST_BOLD = 120;
    private static final int MOST_LINES = 3;
    private static final float LARGER = 1.12f;
    private static final int FEWEST_NUMBERED = 3;

    private static final Pattern SECTION = Pattern.compile(
            "^(?:(\\d{1,2}(?:\\.\\d{1,2}){0,4})\\.?\\s+\\p{Lu}|(?:Chapter|CHAPTER|Part|PART|Appendix|APPENDIX|Kapitel|Teil|Anhang)\\s+[\\dA-Z])");

    private final PdfOutline outline;
    private final PdfBodyStyle body;
    private final boolean numbered;
    private final PdfHeadingRanks ranks;

    private PdfHeadings(List<PdfParagraph> paragraphs, PdfOutline outline) {
        this.outline = outline;
        this.body = PdfBodyStyle.of(paragraphs);
        List<PdfParagraph> headings = paragraphs.stream()
                .filter(paragraph -> couldBe(paragraph) && standsOut(paragraph))
                .toList();
        this.numbered =
                headings.stream().filter(heading -> numberedLevel(heading) > 0).count() >= FEWEST_NUMBERED;
        this.ranks = new PdfHeadingRanks(headings, this::knownLevel);
    }

    static PdfHeadings of(List<PdfParagraph> paragraphs, PdfOutline outline) {
        return new PdfHeadings(paragraphs, outline);
    }

    /** 1 to 6, or 0 when the paragraph is no heading. */
    int level(PdfParagraph paragraph) {
        if (!couldBe(paragraph)) {
            return 0;
        }
        if (!standsOut(paragraph)) {
            return outlineLevel(paragraph);
        }
        int known = knownLevel(paragraph);
        return known > 0 ? known : ranks.level(paragraph);
    }

    /** By the outline or the section number, 0 when neither shows it. */
    private int knownLevel(PdfParagraph heading) {
        int level = outlineLevel(heading);
        return level == 0 && numbered ? numberedLevel(heading) : level;
    }

    private int outlineLevel(PdfParagraph heading) {
        return outline.level(heading.onOneLine(Set.of()));
    }

    /** By the section number, 0 when there is none: 1 for "2" and "Chapter 2", 3 for "2.1.4". */
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

    private static boolean couldBe(PdfParagraph paragraph) {
        String text = paragraph.first().text();
        return paragraph.lines().size() <= MOST_LINES
                && length(paragraph) <= LONGEST
                && !paragraph.isTabular()
                && !PdfListItem.isBulleted(text)
                && !PdfCaption.isOfFigure(text)
                && !PdfCaption.isOfTable(text)
                && hasWord(paragraph);
    }

    private static int length(PdfParagraph paragraph) {
        return paragraph.lines().stream().mapToInt(line -> line.text().length()).sum();
    }

    private static boolean hasWord(PdfParagraph paragraph) {
        long letters = paragraph.lines().stream()
                .flatMapToInt(line -> line.text().codePoints())
                .filter(Character::isLetter)
                .count();
        return letters >= 2;
    }

    private boolean standsOut(PdfParagraph paragraph) {
        return paragraph.size() >= LARGER * body.size() || isInItalics(paragraph) || isInBold(paragraph);
    }

    private boolean isInItalics(PdfParagraph paragraph) {
        return paragraph.lines().size() == 1 && paragraph.first().isItalicTitle() && !body.italic();
    }

    private boolean isInBold(PdfParagraph paragraph) {
        String end = paragraph.last().text();
        return paragraph.isBold()
                && !body.bold()
                && paragraph.size() >= body.size() - 1
                && paragraph.lines().size() <= 2
                && length(paragraph) <= LONGEST_BOLD
                && !end.endsWith(".")
                && !end.endsWith(",")
                && !end.endsWith(";");
    }
}
