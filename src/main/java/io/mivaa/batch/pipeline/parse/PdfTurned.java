package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.List;

/** Puts text that runs upwards or downwards together again: line by line it looks like a column of letters. */
final class PdfTurned {

    private PdfTurned() {}

    /** @param lines in the order of the file; upright ones stay as they are */
    static List<List<PdfWord>> joined(List<List<PdfWord>> lines) {
        List<List<PdfWord>> joined = new ArrayList<>(lines.size());
        List<PdfWord> open = null;
        for (List<PdfWord> line : lines) {
            PdfWord first = line.get(0);
            PdfWord last = open == null ? null : open.get(open.size() - 1);
            if (open == null || last == null || first.direction() == 0 || !isBeside(last, first)) {
                open = new ArrayList<>();
                joined.add(open);
            }
            for (PdfWord word : line) {
                add(open, word);
            }
        }
        return joined;
    }

    private static boolean isBeside(PdfWord last, PdfWord next) {
        return last.direction() == next.direction()
                && Math.abs(last.y() - next.y()) < 0.3f * next.size()
                && next.x0() >= last.x1() - next.size();
    }

    private static void add(List<PdfWord> line, PdfWord word) {
        PdfWord last = line.isEmpty() ? null : line.get(line.size() - 1);
        if (last == null || word.direction() == 0 || last.gapTo(word) > 0.15f * word.size()) {
            line.add(word);
        } else {
            line.set(line.size() - 1, last.with(word));
        }
    }
}
