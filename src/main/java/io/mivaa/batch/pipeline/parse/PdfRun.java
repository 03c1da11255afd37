package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines that follow each other downwards: a column, or a part of one.
 *
 * @param right where the longest line ends
 */
record PdfRun(List<PdfLine> lines, float right) {

    /** The runs of a page, in order. */
    static List<PdfRun> of(List<PdfLine> page) {
        List<PdfRun> runs = new ArrayList<>();
        List<PdfLine> run = new ArrayList<>();
        float left = 0;
        float right = 0;
        for (PdfLine line : page) {
            boolean below =
                    !run.isEmpty() && line.y() >= run.get(run.size() - 1).y() - 1 && line.overlaps(left, right);
            if (!below && !run.isEmpty()) {
                runs.add(new PdfRun(run, right));
                run = new ArrayList<>();
            }
            left = run.isEmpty() ? line.x0() : Math.min(left, line.x0());
            right = run.isEmpty() ? line.x1() : Math.max(right, line.x1());
            run.add(line);
        }
        if (!run.isEmpty()) {
            runs.add(new PdfRun(run, right));
        }
        return runs;
    }
}
