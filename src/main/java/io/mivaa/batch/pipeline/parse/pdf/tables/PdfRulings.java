package io.mivaa.batch.pipeline.parse.pdf.tables;

import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/**
 * Records the straight lines that a page draws: strokes, and filled rectangles as thin as a stroke. It does not change
 * what the engine does with text. Not thread-safe.
 */
public final class PdfRulings {

    /** No table has more lines. A page with more is a drawing or a map. */
    private static final int MOST = 10_000;

    /** A line may lean by this many points. */
    private static final float LEANING = 1;

    /** In points; a shorter line is a part of a glyph or a dot. */
    private static final float SHORTEST = 4;

    private final List<PdfStroke> lines = new ArrayList<>();
    private final List<PdfStroke> slants = new ArrayList<>();
    private final PdfPath path;

    private PdfRulings(PDFStreamEngine engine) {
        this.path = new PdfPath(engine, this);
    }

    /** Registers for the path operators of the engine. */
    public static PdfRulings watch(PDFStreamEngine engine) {
        return new PdfRulings(engine);
    }

    /** Discards the lines of the previous page. */
    public void clear() {
        path.clear();
        lines.clear();
        slants.clear();
    }

    /** In points of the page as it is stored. */
    void add(float x0, float y0, float x1, float y1) {
        float width = Math.abs(x1 - x0);
        float height = Math.abs(y1 - y0);
        boolean straight = Math.min(width, height) <= LEANING && Math.max(width, height) >= SHORTEST;
        if (straight && lines.size() < MOST) {
            lines.add(new PdfStroke(x0, y0, x1, y1));
        } else if (Math.min(width, height) > LEANING && slants.size() < MOST) {
            slants.add(new PdfStroke(x0, y0, x1, y1));
        }
    }

    /**
     * The horizontal and vertical lines; none when there are too many.
     *
     * @param direction of the text of the page, 0, 90, 180 or 270: the lines are turned with it
     */
    List<PdfRuling> rulings(PDPage page, int direction) {
        if (lines.size() >= MOST) {
            return List.of();
        }
        PDRectangle box = page.getCropBox();
        return lines.stream()
                .map(line -> PdfRuling.of(line.seen(box, direction)))
                .toList();
    }

    /** Strokes that are neither horizontal nor vertical, as the reader sees them. */
    List<PdfStroke> slants(PDPage page, int direction) {
        PDRectangle box = page.getCropBox();
        return slants.stream().map(line -> line.seen(box, direction)).toList();
    }
}
