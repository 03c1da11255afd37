package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Removes running headers, footers and page numbers: lines near the upper or lower edge that stand on three pages or
 * more at the same height and say the same but for their digits.
 */
public final class PdfFurniture {

    private static final int FEWEST_PAGES = 3;
    private static final int LINES_AT_EDGE = 4;
    private static final float EDGE = 0.15f;
    private static final float SAME_HEIGHT = 6;

    private static final int FEWEST_LINES = 6;

    private static final Pattern PAGE_NUMBER = Pattern.compile(
            "^(?:\\d{1,4}|[ivxlc]{1,6}|\\d{1,3}-\\d{1,3})$|^\\d{1,3}\\s+\\p{Lu}.*[^.:;]$|^\\p{L}.*[^.:;,]\\s+\\d{1,3}$|^(?i:page|seite)\\s+\\d+");
    private static final Pattern LAST_ROMAN = Pattern.compile("(?<=\\s)[ivxlc]{1,6}$|^[ivxlc]{1,6}(?=\\s)");
    private static final Pattern ROMAN = Pattern.compile("[ivxlc]{1,7}");

    private PdfFurniture() {}

    public static List<PdfPage> removed(List<PdfPage> pages) {
        if (pages.size() < FEWEST_PAGES) {
            return pages.stream().map(PdfFurniture::withoutNumbered).toList();
        }
        Map<String, Set<Integer>> pagesOf = new HashMap<>();
        for (PdfPage page : pages) {
            for (PdfLine line : atEdges(page)) {
                for (String key : keys(line, page)) {
                    pagesOf.computeIfAbsent(key, k -> new HashSet<>()).add(page.number());
                }
            }
        }
        List<PdfPage> rest = new ArrayList<>(pages.size());
        for (PdfPage page : pages) {
            Set<PdfLine> furniture = new HashSet<>();
            for (PdfLine line : atEdges(page)) {
                boolean repeated = keys(line, page).stream()
                        .anyMatch(key -> pagesOf.getOrDefault(key, Set.of()).size() >= FEWEST_PAGES);
                if (repeated) {
                    furniture.add(line);
                }
            }
            rest.add(page.with(page.lines().stream()
                    .filter(line -> !furniture.contains(line))
                    .toList()));
        }
        // a document that consists of what repeats, such as a form per page, is its text
        return rest.stream().allMatch(page -> page.lines().isEmpty()) ? pages : rest;
    }

    /**
     * On few pages nothing shows what repeats. A line at the very edge that ends or begins with a number and stands well
     * apart from the rest is taken for furniture all the same, unless the page says hardly anything else.
     */
    private static PdfPage withoutNumbered(PdfPage page) {
        List<PdfLine> sorted = new ArrayList<>(page.lines());
        sorted.sort(Comparator.comparingDouble(PdfLine::y));
        if (sorted.size() < FEWEST_LINES) {
            return page;
        }
        PdfLine first = sorted.get(0);
        PdfLine last = sorted.get(sorted.size() - 1);
        Set<PdfLine> furniture = new HashSet<>();
        if (first.y() < EDGE * page.height() && apart(first, sorted.get(1)) && hasPageNumber(first)) {
            furniture.add(first);
        }
        if (last.y() > (1 - EDGE) * page.height()
                && apart(sorted.get(sorted.size() - 2), last)
                && hasPageNumber(last)) {
            furniture.add(last);
        }
        return page.with(
                page.lines().stream().filter(line -> !furniture.contains(line)).toList());
    }

    private static boolean apart(PdfLine above, PdfLine below) {
        return below.y() - above.y() > 1.5f * Math.max(above.size(), below.size());
    }

    private static boolean hasPageNumber(PdfLine line) {
        return line instanceof PdfTextLine
                && line.text().length() <= 120
                && PAGE_NUMBER.matcher(line.text()).find();
    }

    private static List<PdfLine> atEdges(PdfPage page) {
        List<PdfLine> sorted = new ArrayList<>(page.lines());
        sorted.sort(Comparator.comparingDouble(PdfLine::y));
        List<PdfLine> edges = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            PdfLine line = sorted.get(i);
            boolean upper = i < LINES_AT_EDGE && line.y() < EDGE * page.height();
            boolean lower = i >= sorted.size() - LINES_AT_EDGE && line.y() > (1 - EDGE) * page.height();
            if (line instanceof PdfTextLine && (upper || lower)) {
                edges.add(line);
            }
        }
        return edges;
    }

    /** Two neighbouring height classes, so that a small shift never parts what belongs together. */
    private static List<String> keys(PdfLine line, PdfPage page) {
        String words = line.text().toLowerCase(Locale.ROOT).replaceAll("\\d+", "#");
        words = LAST_ROMAN.matcher(words).replaceAll("#");
        if (words.replaceAll("[\\s#./|–—-]", "").isEmpty()) {
            words = pageNumberKey(line.text(), page.number());
        } else if (ROMAN.matcher(words).matches()) {
            words = "roman";
        }
        int height = (int) (line.y() / SAME_HEIGHT);
        return List.of(words + '@' + height, words + '@' + (height + 1));
    }

    /** A bare number is a page number when it grows with the pages; figures of a table do not. */
    private static String pageNumberKey(String text, int page) {
        String digits = text.replaceAll("\\D.*$", "");
        if (digits.isEmpty()) {
            digits = text.replaceAll("\\D", "");
        }
        return digits.isEmpty() || digits.length() > 6 ? text : "#" + (Integer.parseInt(digits) - page);
    }
}
