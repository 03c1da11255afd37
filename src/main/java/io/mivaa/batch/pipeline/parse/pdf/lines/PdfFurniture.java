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
import java.util.stream.Collectors;

/**
 * Removes running headers, footers and page numbers: lines near the upper or lower edge that are on three or more pages
 * at the same height and have the same text except for digits.
 */
public final class PdfFurniture {

    private static final int FEWEST_PAGES = 3;
    private static final int LINES_AT_EDGE = 4;
    private static final float EDGE = 0.15f;
    private static final float SAME_HEIGHT = 6;

    private static final int FEWEST_LINES = 6;

    private static final Pattern PAGE_NUMBER = Pattern.compile(
            "^(?:\\d{1,4}|[ivxlc]{1,6}|\\d{1,3}-\\d{1,3})$|^\\d{1,3}\\s+\\p{Lu}.*[^.:;]$|^\\p{L}.*[^.:;,\\s]\\s+\\d{1,3}$|^(?i:page|seite)\\s+\\d+");
    private static final Pattern LAST_ROMAN = Pattern.compile("(?<=\\s)[ivxlc]{1,6}$|^[ivxlc]{1,6}(?=\\s)");
    private static final Pattern ROMAN = Pattern.compile("[ivxlc]{1,7}");

    private PdfFurniture() {}

    public static List<PdfPage> removed(List<PdfPage> pages) {
        if (pages.size() < FEWEST_PAGES) {
            return pages.stream().map(PdfFurniture::withoutNumbered).toList();
        }
        Map<String, Set<Integer>> pagesOf = pagesOfKeys(pages);
        List<PdfPage> rest = pages.stream()
                .map(page -> page.without(repeated(page, pagesOf)))
                .toList();
        // A document in which everything repeats, such as a form for each page, keeps its text.
        return rest.stream().allMatch(page -> page.lines().isEmpty()) ? pages : rest;
    }

    private static Map<String, Set<Integer>> pagesOfKeys(List<PdfPage> pages) {
        Map<String, Set<Integer>> pagesOf = new HashMap<>();
        for (PdfPage page : pages) {
            for (PdfLine line : atEdges(page)) {
                for (String key : keys(line, page)) {
                    pagesOf.computeIfAbsent(key, k -> new HashSet<>()).add(page.number());
                }
            }
        }
        return pagesOf;
    }

    private static Set<PdfLine> repeated(PdfPage page, Map<String, Set<Integer>> pagesOf) {
        return atEdges(page).stream()
                .filter(line -> keys(line, page).stream()
                        .anyMatch(key -> pagesOf.getOrDefault(key, Set.of()).size() >= FEWEST_PAGES))
                .collect(Collectors.toSet());
    }

    /**
     * A few pages do not show what repeats. Here a line at the very edge counts as furniture when it begins or ends with
     * a number and is well apart from the rest, unless the page has hardly any other text.
     */
    private static PdfPage withoutNumbered(PdfPage page) {
        List<PdfLine> sorted = fromTop(page);
        if (sorted.size() < FEWEST_LINES) {
            return page;
        }
        PdfLine first = sorted.get(0);
        PdfLine last = sorted.get(sorted.size() - 1);
        Set<PdfLine> furniture = new HashSet<>();
        if (isAtTop(first, page) && apart(first, sorted.get(1)) && hasPageNumber(first)) {
            furniture.add(first);
        }
        if (isAtBottom(last, page) && apart(sorted.get(sorted.size() - 2), last) && hasPageNumber(last)) {
            furniture.add(last);
        }
        return page.without(furniture);
    }

    private static List<PdfLine> fromTop(PdfPage page) {
        return page.lines().stream()
                .sorted(Comparator.comparingDouble(PdfLine::y))
                .toList();
    }

    private static boolean isAtTop(PdfLine line, PdfPage page) {
        return line.y() < EDGE * page.height();
    }

    private static boolean isAtBottom(PdfLine line, PdfPage page) {
        return line.y() > (1 - EDGE) * page.height();
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
        List<PdfLine> sorted = fromTop(page);
        List<PdfLine> edges = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            PdfLine line = sorted.get(i);
            boolean upper = i < LINES_AT_EDGE && isAtTop(line, page);
            boolean lower = i >= sorted.size() - LINES_AT_EDGE && isAtBottom(line, page);
            if (line instanceof PdfTextLine && (upper || lower)) {
                edges.add(line);
            }
        }
        return edges;
    }

    /** With two neighbouring classes of height, so that a small shift never separates equal lines. */
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

    /** A number alone is a page number when it grows with the pages, which the figures of a table do not. */
    private static String pageNumberKey(String text, int page) {
        String digits = text.replaceFirst("(?s)\\D.*", "");
        if (digits.isEmpty()) {
            digits = text.replaceAll("\\D", "");
        }
        return digits.isEmpty() || digits.length() > 6 ? text : "#" + (Integer.parseInt(digits) - page);
    }
}
