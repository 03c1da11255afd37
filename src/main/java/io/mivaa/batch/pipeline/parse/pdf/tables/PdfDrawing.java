package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import java.util.List;

/**
 * What a page draws among its words. Words that are below each other by chance, with arrows or parts of boxes between
 * them, are no table.
 *
 * @param rulings {@link PdfRulingGroups#joined}
 * @param slants strokes that are neither horizontal nor vertical
 */
record PdfDrawing(List<PdfRuling> rulings, List<PdfStroke> slants) {

    /** In points, of all slanted strokes together. */
    private static final float SLANTED = 16;

    private static final float SAME = 2;
    private static final int PIECES = 2;

    /** No table has more vertical lines. */
    private static final int MOST = 1000;

    /** Whether a part of a drawing is within what looks like a table without a grid of lines. */
    boolean isWithin(PdfBox table) {
        double slanted = slants.stream()
                .filter(line -> holds(table, (line.x0() + line.x1()) / 2, (line.y0() + line.y1()) / 2))
                .mapToDouble(line -> Math.hypot(line.x1() - line.x0(), line.y1() - line.y0()))
                .sum();
        return slanted > SLANTED || hasPieces(table);
    }

    private static boolean holds(PdfBox table, float x, float y) {
        return x > table.x0() + SAME && x < table.x1() - SAME && y > table.y0() && y < table.y1() + SAME;
    }

    /** Whether vertical lines cover less than half of its height. Lines between columns cover more, even with gaps. */
    private boolean hasPieces(PdfBox table) {
        List<PdfRuling> uprights = rulings.stream()
                .filter(line -> !line.level())
                .filter(line -> holds(table, line.at(), (line.from() + line.to()) / 2))
                .toList();
        return uprights.size() > MOST
                || uprights.stream()
                                .filter(line -> length(uprights, line.at()) < 0.5 * (table.y1() - table.y0()))
                                .count()
                        >= PIECES;
    }

    private static double length(List<PdfRuling> uprights, float at) {
        return uprights.stream()
                .filter(line -> Math.abs(line.at() - at) <= SAME)
                .mapToDouble(line -> line.to() - line.from())
                .sum();
    }
}
