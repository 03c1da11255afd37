package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vertical strip between two columns of prose that most lines leave white.
 *
 * @param middle in points from the left edge of the page
 */
record PdfGutter(float middle) {

    private static final int FEWEST_LINES = 4;

    /** Width, in points, of the strips in which gaps are counted. */
    private static final float BIN = 2;

    /** Text over less or more width, in points, has no columns. */
    private static final float NARROWEST = 50;

    private static final float WIDEST = 20_000;

    /** Null when there is no strip that hardly any line crosses and that has prose on both sides. */
    static @Nullable PdfGutter of(List<List<PdfPlaced>> lines) {
        List<List<float[]>> runs = lines.stream().map(PdfGutter::runs).toList();
        float min = Float.MAX_VALUE;
        float max = -Float.MAX_VALUE;
        for (List<float[]> line : runs) {
            min = Math.min(min, line.get(0)[0]);
            max = Math.max(max, line.get(line.size() - 1)[1]);
        }
        if (lines.size() < FEWEST_LINES || !(max - min > NARROWEST && max - min < WIDEST)) {
            return null;
        }
        int[] gaps = gapsPerBin(runs, min, max);
        int first = mostGaps(gaps);
        int end = first + 1;
        while (end < gaps.length && gaps[end] == gaps[first]) {
            end++;
        }
        PdfGutter gutter = between(min + first * BIN, min + end * BIN);
        return gaps[first] >= FEWEST_LINES && gutter.isBetweenProse(lines, gaps[first]) ? gutter : null;
    }

    private static PdfGutter between(float from, float to) {
        return new PdfGutter((from + to) / 2);
    }

    private static int[] gapsPerBin(List<List<float[]>> runs, float min, float max) {
        int[] gaps = new int[(int) ((max - min) / BIN) + 1];
        for (List<float[]> line : runs) {
            for (int i = 1; i < line.size(); i++) {
                int from = (int) Math.ceil((line.get(i - 1)[1] - min) / BIN);
                int to = (int) Math.floor((line.get(i)[0] - min) / BIN);
                for (int bin = from; bin < to; bin++) {
                    gaps[bin]++;
                }
            }
        }
        return gaps;
    }

    private static int mostGaps(int[] gaps) {
        int best = 0;
        for (int bin = 0; bin < gaps.length; bin++) {
            best = gaps[bin] > gaps[best] ? bin : best;
        }
        return best;
    }

    /** Whether words close to each other on both sides belong to one line across the gutter. */
    boolean isCrossedBy(List<PdfPlaced> line) {
        return runs(line).stream().anyMatch(run -> run[0] < middle && run[1] > middle);
    }

    /** Adds the words of each side, if there are any, to the lines of that side. */
    void divide(List<PdfPlaced> line, List<List<PdfPlaced>> left, List<List<PdfPlaced>> right) {
        addSide(line.stream().filter(word -> word.x0() < middle).toList(), left);
        addSide(line.stream().filter(word -> word.x0() >= middle).toList(), right);
    }

    private static void addSide(List<PdfPlaced> words, List<List<PdfPlaced>> side) {
        if (!words.isEmpty()) {
            side.add(words);
        }
    }

    private boolean isBetweenProse(List<List<PdfPlaced>> lines, int divided) {
        List<List<PdfPlaced>> left = new ArrayList<>();
        List<List<PdfPlaced>> right = new ArrayList<>();
        int crossing = 0;
        for (List<PdfPlaced> line : lines) {
            boolean onBothSides = line.stream().anyMatch(word -> word.x0() < middle)
                    && line.stream().anyMatch(word -> word.x0() >= middle);
            if (isCrossedBy(line)) {
                crossing++;
            } else if (onBothSides) {
                divide(line, left, right);
            }
        }
        return crossing <= Math.max(3, 2 * divided) && isProse(left) && isProse(right);
    }

    /** Lines of prose have several words and mostly fill their column; cells of a table do not. */
    private static boolean isProse(List<List<PdfPlaced>> lines) {
        if (lines.size() < FEWEST_LINES) {
            return false;
        }
        double from = lines.stream()
                .flatMap(List::stream)
                .mapToDouble(PdfPlaced::x0)
                .min()
                .orElse(0);
        double to = lines.stream()
                .flatMap(List::stream)
                .mapToDouble(PdfPlaced::x1)
                .max()
                .orElse(0);
        float width = (float) to - (float) from;
        long filling = lines.stream()
                .filter(line -> words(line) >= 3 && width(line) >= 0.6f * width)
                .count();
        return 2 * filling >= lines.size();
    }

    private static float width(List<PdfPlaced> line) {
        List<float[]> runs = runs(line);
        return runs.get(runs.size() - 1)[1] - runs.get(0)[0];
    }

    private static int words(List<PdfPlaced> line) {
        return line.stream()
                .mapToInt(word -> word.text().trim().split("\\s+").length)
                .sum();
    }

    /** Left and right ends of words without a gap that a gutter could be, from left to right. */
    private static List<float[]> runs(List<PdfPlaced> line) {
        List<PdfPlaced> sorted = new ArrayList<>(line);
        sorted.sort(Comparator.comparingDouble(PdfPlaced::x0));
        List<float[]> runs = new ArrayList<>();
        for (PdfPlaced word : sorted) {
            float[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && word.x0() - last[1] < PdfPieces.gutter(word)) {
                last[1] = Math.max(last[1], word.x1());
            } else {
                runs.add(new float[] {word.x0(), word.x1()});
            }
        }
        return runs;
    }
}
