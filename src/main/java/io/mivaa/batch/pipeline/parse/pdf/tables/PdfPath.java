package io.mivaa.batch.pipeline.parse.pdf.tables;

import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorProcessor;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSNumber;

/** The path that a content stream constructs, up to the operator that paints it. Not thread-safe. */
final class PdfPath {

    private static final List<String> OPERATORS =
            List.of("m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n");
    private static final Set<String> CLOSING = Set.of("s", "b", "b*");
    private static final Set<String> ONLY_FILLING = Set.of("f", "F", "f*");

    /** A path with more edges is a drawing. */
    private static final int MOST = 10_000;

    /** A filled rectangle of at most this width or height, in points, is drawn as a line. */
    private static final float THIN = 3;

    private final List<PdfStroke> edges = new ArrayList<>();
    private final PDFStreamEngine engine;
    private final PdfRulings painted;
    private float x;
    private float y;
    private float startX;
    private float startY;

    /** @param painted gets the straight strokes, in points of the page as it is stored */
    PdfPath(PDFStreamEngine engine, PdfRulings painted) {
        this.engine = engine;
        this.painted = painted;
        for (String name : OPERATORS) {
            engine.addOperator(new Processor(name));
        }
    }

    void clear() {
        edges.clear();
    }

    private void draw(String operator, float[] at) {
        switch (operator) {
            case "m" -> start(at[0], at[1]);
            case "l" -> edge(at[0], at[1]);
            case "c" -> start(at[4], at[5]);
            case "v", "y" -> start(at[2], at[3]);
            case "h" -> edge(startX, startY);
            case "re" -> rectangle(at[0], at[1], at[2], at[3]);
            default -> paint(operator);
        }
    }

    private void start(float atX, float atY) {
        x = atX;
        y = atY;
        startX = atX;
        startY = atY;
    }

    private void edge(float toX, float toY) {
        if (edges.size() < MOST) {
            edges.add(new PdfStroke(x, y, toX, toY));
        }
        x = toX;
        y = toY;
    }

    private void rectangle(float atX, float atY, float width, float height) {
        start(atX, atY);
        edge(atX + width, atY);
        edge(atX + width, atY + height);
        edge(atX, atY + height);
        edge(atX, atY);
    }

    private void paint(String operator) {
        if (CLOSING.contains(operator)) {
            edge(startX, startY);
        }
        if (ONLY_FILLING.contains(operator)) {
            fill();
        } else if (!operator.equals("n")) {
            stroke();
        }
        edges.clear();
    }

    private void stroke() {
        for (PdfStroke edge : edges) {
            Point2D.Float from = onPage(edge.x0(), edge.y0());
            Point2D.Float to = onPage(edge.x1(), edge.y1());
            painted.add(from.x, from.y, to.x, to.y);
        }
    }

    /** Producers that draw a line by filling a shape fill a rectangle of four edges. */
    private void fill() {
        for (int i = 0; i + 4 <= edges.size(); i += 4) {
            fill(edges.subList(i, i + 4));
        }
    }

    private void fill(List<PdfStroke> rectangle) {
        float x0 = Float.MAX_VALUE;
        float y0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        float y1 = -Float.MAX_VALUE;
        for (PdfStroke edge : rectangle) {
            Point2D.Float corner = onPage(edge.x0(), edge.y0());
            x0 = Math.min(x0, corner.x);
            y0 = Math.min(y0, corner.y);
            x1 = Math.max(x1, corner.x);
            y1 = Math.max(y1, corner.y);
        }
        if (y1 - y0 <= THIN) {
            painted.add(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2);
        } else if (x1 - x0 <= THIN) {
            painted.add((x0 + x1) / 2, y0, (x0 + x1) / 2, y1);
        }
    }

    private Point2D.Float onPage(float atX, float atY) {
        return engine.getGraphicsState().getCurrentTransformationMatrix().transformPoint(atX, atY);
    }

    private final class Processor extends OperatorProcessor {

        private static final int MOST_OPERANDS = 6;

        private final String name;

        Processor(String name) {
            super(engine);
            this.name = name;
        }

        @Override
        public void process(Operator operator, List<COSBase> operands) {
            float[] at = new float[MOST_OPERANDS];
            for (int i = 0; i < Math.min(at.length, operands.size()); i++) {
                at[i] = operands.get(i) instanceof COSNumber number ? number.floatValue() : 0;
            }
            draw(name, at);
        }

        @Override
        public String getName() {
            return name;
        }
    }
}
