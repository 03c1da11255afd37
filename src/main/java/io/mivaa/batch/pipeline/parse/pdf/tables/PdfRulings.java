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
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/**
 * Notes the straight upright and level lines that a page draws: strokes, and filled rectangles as thin as a stroke. What
 * the engine does with text is not touched. Not thread-safe.
 */
public final class PdfRulings {

    /** More than any table has: a page with more is a drawing or a map. */
    private static final int MOST = 10_000;

    private static final float THIN = 3;
    private static final float SLANT = 1;
    private static final float SHORTEST = 4;

    private final List<float[]> path = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Line> slants = new ArrayList<>();
    private float x;
    private float y;
    private float startX;
    private float startY;

    /** In points of the page as it is stored, upwards from its lower left corner. */
    private record Line(float x0, float y0, float x1, float y1) {}

    /**
     * A line as its reader sees it, in points from the upper left corner.
     *
     * @param at the height of a level line, the distance from the left edge of an upright one
     */
    public record Ruling(boolean level, float at, float from, float to) {}

    /** Has the engine tell of paths. */
    public static PdfRulings watch(PDFStreamEngine engine) {
        PdfRulings rulings = new PdfRulings();
        for (String name :
                List.of("m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n")) {
            engine.addOperator(rulings.new Processor(engine, name));
        }
        return rulings;
    }

    /** Forgets the page before. */
    public void clear() {
        path.clear();
        lines.clear();
        slants.clear();
    }

    /** @param direction of the page's text: 0, 90, 180 or 270; lines are turned with it */
    public List<Ruling> rulings(PDPage page, int direction) {
        if (lines.size() >= MOST) {
            return List.of();
        }
        PDRectangle box = page.getCropBox();
        List<Ruling> rulings = new ArrayList<>();
        for (Line line : lines) {
            float[] from = turned(line.x0 - box.getLowerLeftX(), line.y0 - box.getLowerLeftY(), box, direction);
            float[] to = turned(line.x1 - box.getLowerLeftX(), line.y1 - box.getLowerLeftY(), box, direction);
            boolean level = Math.abs(from[1] - to[1]) <= Math.abs(from[0] - to[0]);
            int along = level ? 0 : 1;
            int across = level ? 1 : 0;
            rulings.add(new Ruling(
                    level,
                    (from[across] + to[across]) / 2,
                    Math.min(from[along], to[along]),
                    Math.max(from[along], to[along])));
        }
        return rulings;
    }

    /** Straight strokes that are neither level nor upright: x, y, x, y as their reader sees them. */
    public List<float[]> slants(PDPage page, int direction) {
        PDRectangle box = page.getCropBox();
        return slants.stream()
                .map(line -> {
                    float[] from = turned(line.x0 - box.getLowerLeftX(), line.y0 - box.getLowerLeftY(), box, direction);
                    float[] to = turned(line.x1 - box.getLowerLeftX(), line.y1 - box.getLowerLeftY(), box, direction);
                    return new float[] {from[0], from[1], to[0], to[1]};
                })
                .toList();
    }

    /** The same turn that PDFBox gives to text of that direction. */
    private static float[] turned(float x, float y, PDRectangle box, int direction) {
        return switch (direction) {
            case 90 -> new float[] {y, x};
            case 180 -> new float[] {box.getWidth() - x, y};
            case 270 -> new float[] {box.getHeight() - y, box.getWidth() - x};
            default -> new float[] {x, box.getHeight() - y};
        };
    }

    private void edge(float toX, float toY) {
        if (path.size() < MOST) {
            path.add(new float[] {x, y, toX, toY});
        }
        x = toX;
        y = toY;
    }

    private void start(float atX, float atY) {
        x = atX;
        y = atY;
        startX = atX;
        startY = atY;
    }

    private void rectangle(float atX, float atY, float width, float height) {
        start(atX, atY);
        edge(atX + width, atY);
        edge(atX + width, atY + height);
        edge(atX, atY + height);
        edge(atX, atY);
    }

    private void stroke(PDFStreamEngine engine) {
        for (float[] edge : path) {
            Point2D.Float from = onPage(engine, edge[0], edge[1]);
            Point2D.Float to = onPage(engine, edge[2], edge[3]);
            add(from.x, from.y, to.x, to.y);
        }
    }

    /** A path as a whole: what producers fill to draw a line is one rectangle. */
    private void fill(PDFStreamEngine engine) {
        for (int i = 0; i + 4 <= path.size(); i += 4) {
            float x0 = Float.MAX_VALUE;
            float y0 = Float.MAX_VALUE;
            float x1 = -Float.MAX_VALUE;
            float y1 = -Float.MAX_VALUE;
            for (float[] edge : path.subList(i, i + 4)) {
                Point2D.Float corner = onPage(engine, edge[0], edge[1]);
                x0 = Math.min(x0, corner.x);
                y0 = Math.min(y0, corner.y);
                x1 = Math.max(x1, corner.x);
                y1 = Math.max(y1, corner.y);
            }
            if (y1 - y0 <= THIN) {
                add(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2);
            } else if (x1 - x0 <= THIN) {
                add((x0 + x1) / 2, y0, (x0 + x1) / 2, y1);
            }
        }
    }

    private static Point2D.Float onPage(PDFStreamEngine engine, float x, float y) {
        return engine.getGraphicsState().getCurrentTransformationMatrix().transformPoint(x, y);
    }

    private void add(float x0, float y0, float x1, float y1) {
        float width = Math.abs(x1 - x0);
        float height = Math.abs(y1 - y0);
        boolean straight = Math.min(width, height) <= SLANT && Math.max(width, height) >= SHORTEST;
        if (straight && lines.size() < MOST) {
            lines.add(new Line(x0, y0, x1, y1));
        } else if (Math.min(width, height) > SLANT && slants.size() < MOST) {
            slants.add(new Line(x0, y0, x1, y1));
        }
    }

    private void draw(PDFStreamEngine engine, String operator, float[] at) {
        switch (operator) {
            case "m" -> start(at[0], at[1]);
            case "l" -> edge(at[0], at[1]);
            case "c" -> start(at[4], at[5]);
            case "v", "y" -> start(at[2], at[3]);
            case "h" -> edge(startX, startY);
            case "re" -> rectangle(at[0], at[1], at[2], at[3]);
            default -> paint(engine, operator);
        }
    }

    private void paint(PDFStreamEngine engine, String operator) {
        if (Set.of("s", "b", "b*").contains(operator)) {
            edge(startX, startY);
        }
        if (!Set.of("f", "F", "f*", "n").contains(operator)) {
            stroke(engine);
        } else if (!operator.equals("n")) {
            fill(engine);
        }
        path.clear();
    }

    private final class Processor extends OperatorProcessor {

        private static final int MOST_OPERANDS = 6;

        private final PDFStreamEngine engine;
        private final String name;

        Processor(PDFStreamEngine engine, String name) {
            super(engine);
            this.engine = engine;
            this.name = name;
        }

        @Override
        public void process(Operator operator, List<COSBase> operands) {
            float[] at = new float[MOST_OPERANDS];
            for (int i = 0; i < Math.min(at.length, operands.size()); i++) {
                at[i] = operands.get(i) instanceof COSNumber number ? number.floatValue() : 0;
            }
            draw(engine, name, at);
        }

        @Override
        public String getName() {
            return name;
        }
    }
}
