package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the lines of a page into reading order. Producers mostly write text in that order, so it is kept, except where
 * lines run across a gutter between two columns of prose: there the left column comes before the right one, in each
 * band between lines that cross the gutter (a cut of the XY-cut algorithm, Nagy and Seth 1984, made only on evidence).
 */
final class PdfColumns {

    private static final int MOST_COLUMNS_DEEP = 3;
    private static final int FEWEST_JOINT_LINES = 4;
    private static final float BIN = 2;

    private PdfColumns() {}

    private record Gutter(float from, float to) {

        float middle() {
            return (from + to) / 2;
        }
    }

    /**
     * @param lines words that share a base line, in the order of the file, all of one direction
     * @return the same lines, in regions that are to be read one after the other
     */
    static List<List<List<PdfPlaced>>> regions(List<List<PdfPlaced>> lines) {
        List<List<List<PdfPlaced>>> regions = new ArrayList<>();
        split(lines, MOST_COLUMNS_DEEP, regions);
        return regions;
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

    private static void split(List<List<PdfPlaced>> lines, int depth, List<List<List<PdfPlaced>>> regions) {
        Gutter gutter = depth == 0 || lines.size() < FEWEST_JOINT_LINES ? null : gutter(lines);
        if (gutter != null) {
            split(lines, gutter, depth - 1, regions);
        } else if (!lines.isEmpty()) {
            regions.add(List.copyOf(lines));
        }
    }

    private static void split(List<List<PdfPlaced>> lines, Gutter gutter, int depth, List<List<List<PdfPlaced>>> regions) {
        List<List<PdfPlaced>> left = new ArrayList<>();
        List<List<PdfPlaced>> right = new ArrayList<>();
        List<List<PdfPlaced>> across = new ArrayList<>();
        for (List<PdfPlaced> line : lines) {
            if (crosses(line, gutter)) {
                split(left, depth, regions);
                split(right, depth, regions);
                left.clear();
                right.clear();
                across.add(line);
                continue;
            }
            if (!across.isEmpty()) {
                regions.add(List.copyOf(across));
                across.clear();
            }
            addSide(line, word -> word.x0() < gutter.middle(), left);
            addSide(line, word -> word.x0() >= gutter.middle(), right);
        }
        split(left, depth, regions);
        split(right, depth, regions);
        if (!across.isEmpty()) {
            regions.add(List.copyOf(across));
        }
    }

    private static void addSide(List<PdfPlaced> line, Predicate<PdfPlaced> side, List<List<PdfPlaced>> lines) {
        List<PdfPlaced> words = line.stream().filter(side).toList();
        if (!words.isEmpty()) {
            lines.add(words);
        }
    }

    /** Words close to each other on both sides of the gutter belong to one line across it. */
    private static boolean crosses(List<PdfPlaced> line, Gutter gutter) {
        return runs(line).stream().anyMatch(run -> run[0] < gutter.middle() && run[1] > gutter.middle());
    }

    /** Where words stand without a gap that a gutter could be. */
    private static List<float[]> runs(List<PdfPlaced> line) {
        List<PdfPlaced> sorted = new ArrayList<>(line);
        sorted.sort(Comparator.comparingDouble(PdfPlaced::x0));
        List<float[]> runs = new ArrayList<>();
        for (PdfPlaced word : sorted) {
            float[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && word.x0() - last[1] < Math.max(7, 0.7f * word.size())) {
                last[1] = Math.max(last[1], word.x1());
            } else {
                runs.add(new float[] {word.x0(), word.x1()});
            }
        }
        return runs;
    }

    /** The strip that most divided lines leave white, when hardly any line crosses it and prose is on both sides. */
    private static @Nullable Gutter gutter(List<List<PdfPlaced>> lines) {
        List<List<float[]>> runs = lines.stream().map(PdfColumns::runs).toList();
        float min = Float.MAX_VALUE;
        float max = -Float.MAX_VALUE;
        for (List<float[]> line : runs) {
            min = Math.min(min, line.get(0)[0]);
            max = Math.max(max, line.get(line.size() - 1)[1]);
        }
        if (!(max - min > 50 && max - min < 20_000)) {
            return null;
        }
        int[] gaps = gapsPerBin(runs, min, max);
        int best = 0;
        for (int bin = 0; bin < gaps.length; bin++) {
            best = gaps[bin] > gaps[best] ? bin : best;
        }
        int last = best;
        while (last + 1 < gaps.length && gaps[last + 1] == gaps[best]) {
            last++;
        }
        Gutter gutter = new Gutter(min + best * BIN, min + (last + 1) * BIN);
        return gaps[best] >= FEWEST_JOINT_LINES && isBetweenProse(lines, gutter, gaps[best]) ? gutter : null;
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

    private static boolean isBetweenProse(List<List<PdfPlaced>> lines, Gutter gutter, int divided) {
        List<List<PdfPlaced>> left = new ArrayList<>();
        List<List<PdfPlaced>> right = new ArrayList<>();
        int crossing = 0;
        for (List<PdfPlaced> line : lines) {
            boolean joint = line.stream().anyMatch(word -> word.x0() < gutter.middle())
                    && line.stream().anyMatch(word -> word.x0() >= gutter.middle());
            if (crosses(line, gutter)) {
                crossing++;
            } else if (joint) {
                addSide(line, word -> word.x0() < gutter.middle(), left);
                addSide(line, word -> word.x0() >= gutter.middle(), right);
            }
        }
        return crossing <= Math.max(3, 2 * divided) && isProse(left) && isProse(right);
    }

    /** Lines of prose have several words and mostly fill their column; cells of a table do not. */
    private static boolean isProse(List<List<PdfPlaced>> lines) {
        if (lines.size() < FEWEST_JOINT_LINES) {
            return false;
        }
        float from = Float.MAX_VALUE;
        float to = -Float.MAX_VALUE;
        for (List<PdfPlaced> line : lines) {
            for (PdfPlaced word : line) {
                from = Math.min(from, word.x0());
                to = Math.max(to, word.x1());
            }
        }
        float width = to - from;
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
}
