package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the lines of a page into reading order. Most producers write text in that order, so it is kept, except where
 * lines extend over a gutter between two columns of prose. There the left column comes before the right one, in each
 * band between lines that cross the gutter (a cut of the XY-cut algorithm, Nagy and Seth 1984, made only on evidence).
 */
final class PdfColumns {

    private static final int MOST_COLUMNS_DEEP = 3;

    private final List<List<List<PdfPlaced>>> regions = new ArrayList<>();

    private PdfColumns() {}

    /**
     * @param lines words that share a base line, in the order of the file, all in one direction
     * @return the same lines in regions, to be read one after another
     */
    static List<List<List<PdfPlaced>>> regions(List<List<PdfPlaced>> lines) {
        PdfColumns columns = new PdfColumns();
        columns.split(lines, MOST_COLUMNS_DEEP);
        return columns.regions;
    }

    /** The direction of most of the text: 0, 90, 180 or 270. */
    static int mainDirection(List<List<PdfWord>> lines) {
        Map<Integer, Integer> characters = new HashMap<>();
        for (List<PdfWord> line : lines) {
            line.forEach(word -> characters.merge(word.direction(), word.text().length(), Integer::sum));
        }
        return characters.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    private void split(List<List<PdfPlaced>> lines, int depth) {
        PdfGutter gutter = depth == 0 ? null : PdfGutter.of(lines);
        if (gutter == null) {
            addRegion(lines);
        } else {
            split(lines, gutter, depth - 1);
        }
    }

    private void addRegion(List<List<PdfPlaced>> lines) {
        if (!lines.isEmpty()) {
            regions.add(List.copyOf(lines));
        }
    }

    private void split(List<List<PdfPlaced>> lines, PdfGutter gutter, int depth) {
        List<List<PdfPlaced>> left = new ArrayList<>();
        List<List<PdfPlaced>> right = new ArrayList<>();
        List<List<PdfPlaced>> across = new ArrayList<>();
        for (List<PdfPlaced> line : lines) {
            if (gutter.isCrossedBy(line)) {
                splitSides(left, right, depth);
                across.add(line);
            } else {
                addRegion(across);
                across.clear();
                gutter.divide(line, left, right);
            }
        }
        splitSides(left, right, depth);
        addRegion(across);
    }

    private void splitSides(List<List<PdfPlaced>> left, List<List<PdfPlaced>> right, int depth) {
        split(left, depth);
        split(right, depth);
        left.clear();
        right.clear();
    }
}
