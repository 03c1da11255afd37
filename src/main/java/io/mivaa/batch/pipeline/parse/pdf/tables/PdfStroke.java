package io.mivaa.batch.pipeline.parse.pdf.tables;

import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** A straight stroke from one point to another, in points. */
record PdfStroke(float x0, float y0, float x1, float y1) {

    /**
     * The stroke as the reader sees it, in points from the upper left corner.
     *
     * @param box of the page, whose strokes are stored upwards from its lower left corner
     * @param direction of the text: PDFBox turns text of that direction in the same way
     */
    PdfStroke seen(PDRectangle box, int direction) {
        float[] from = turned(x0 - box.getLowerLeftX(), y0 - box.getLowerLeftY(), box, direction);
        float[] to = turned(x1 - box.getLowerLeftX(), y1 - box.getLowerLeftY(), box, direction);
        return new PdfStroke(from[0], from[1], to[0], to[1]);
    }

    private static float[] turned(float x, float y, PDRectangle box, int direction) {
        return switch (direction) {
            case 90 -> new float[] {y, x};
            case 180 -> new float[] {box.getWidth() - x, y};
            case 270 -> new float[] {box.getHeight() - y, box.getWidth() - x};
            default -> new float[] {x, box.getHeight() - y};
        };
    }
}
