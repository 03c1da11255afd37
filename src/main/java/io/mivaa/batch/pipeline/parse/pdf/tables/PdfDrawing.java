package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfBox;
import java.util.List;

/**
 * What a page has drawn among its words. Where arrows or pieces of boxes stand between them, words that stand
 * below each other by chance are no table.
 *
 * @param rulings {@link PdfGrid#joined}
 * @param slants ends of strokes that are neither level nor upright: x, y, x, y
 */
public record PdfDrawing(List<Ruling> rulings, List<float[]> slants) {

    private static final float SLANTED = 16;
    private static final float SAME = 2;
    private static final int PIECES = 2;

    /** More than a table has. */
    private static final int MOST = 1000;

    /** @param table one without a grid of lines */
    public boolean holds(PdfBox table) {
        double slanted = slants.stream()
                .filter(at -> isWithin(table, (at[0] + at[2]) / 2, (at[1] + at[3]) / 2))
                .mapToDouble(at -> Math.hypot(at[2] - at[0], at[3] - at[1]))
                .sum();
        return slanted > SLANTED || hasPieces(table);
    }

    private static boolean isWithin(PdfBox table, float x, float y) {
        return x > table.x0() + SAME && x < table.x1() - SAME && y > table.y0() && y < table.y1() + SAME;
    }

    /** Upright lines that do not go down most of it, though with gaps, as those between columns do. */
    private boolean hasPieces(PdfBox table) {
        List<Ruling> uprights = rulings.stream()
                .filter(line -> !line.level())
                .filter(line -> isWithin(table, line.at(), (line.from() + line.to()) / 2))
                .toList();
        return uprights.size() > MOST
                || uprights.stream()
                                .filter(line -> length(uprights, line.at()) < 0.5 * (table.y1() - table.y0()))
                                .count()
                        >= PIECES;
    }

    private static double length(List<Ruling> uprights, float at) {
        return uprights.stream()
                .filter(line -> Math.abs(line.at() - at) <= SAME)
                .mapToDouble(line -> line.to() - line.from())
                .sum();
    }
}
