package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The usual distance between the lines of a paragraph, by font size: the one that most neighbours have. */
final class PdfSpacing {

    private static final float STEP = 0.5f;
    private static final float USUAL = 1.25f;

    private final Map<Integer, Float> bySize = new HashMap<>();

    /** Of the most frequent font size, and relative to it: a document with double spacing has it in every size. */
    private float usual = USUAL;

    private PdfSpacing() {}

    static PdfSpacing of(List<PdfPage> pages) {
        Map<Integer, Map<Integer, Integer>> counts = new HashMap<>();
        for (PdfPage page : pages) {
            for (PdfRun run : PdfRun.of(page.lines())) {
                count(run.lines(), counts);
            }
        }
        PdfSpacing spacing = new PdfSpacing();
        counts.forEach((size, steps) -> steps.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(e -> -e.getKey()))
                .filter(most -> most.getValue() >= 3)
                .ifPresent(most -> spacing.bySize.put(size, most.getKey() * STEP)));
        counts.entrySet().stream()
                .max(Comparator.comparingInt(size ->
                        size.getValue().values().stream().mapToInt(i -> i).sum()))
                .map(Map.Entry::getKey)
                .map(size -> spacing.of(size * STEP) / (size * STEP))
                .ifPresent(ratio -> spacing.usual = Math.min(2.2f, ratio));
        return spacing;
    }

    private static void count(List<PdfLine> run, Map<Integer, Map<Integer, Integer>> counts) {
        for (int i = 1; i < run.size(); i++) {
            PdfLine line = run.get(i);
            float step = line.y() - run.get(i - 1).y();
            boolean sameSize = key(line.size()) == key(run.get(i - 1).size());
            boolean text = line instanceof PdfTextLine && run.get(i - 1) instanceof PdfTextLine;
            if (text && sameSize && step > 0.8f * line.size() && step < 3 * line.size()) {
                counts.computeIfAbsent(key(line.size()), s -> new HashMap<>())
                        .merge(Math.round(step / STEP), 1, Integer::sum);
            }
        }
    }

    float of(float size) {
        return bySize.getOrDefault(key(size), Math.max(USUAL, usual) * size);
    }

    private static int key(float size) {
        return Math.round(size / STEP);
    }
}
