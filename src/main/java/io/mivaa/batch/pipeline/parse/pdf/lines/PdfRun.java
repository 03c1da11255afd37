package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines that follow each other downwards: a column, or a part of one.
 *
 * @param rights for each line how far those reach that stand close around it in the same size: where a line could end
 */
record PdfRun(List<PdfLine> lines, List<Float> rights) {

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
                runs.add(new PdfRun(run, rights(run)));
                run = new ArrayList<>();
            }
            left = run.isEmpty() ? line.x0() : Math.min(left, line.x0());
            right = run.isEmpty() ? line.x1() : Math.max(right, line.x1());
            run.add(line);
        }
        if (!run.isEmpty()) {
            runs.add(new PdfRun(run, rights(run)));
        }
        return runs;
    }

    private static List<Float> rights(List<PdfLine> run) {
        List<Float> rights = new ArrayList<>(run.size());
        int from = 0;
        float right = run.get(0).x1();
        for (int i = 1; i <= run.size(); i++) {
            if (i == run.size() || !isClose(run.get(i - 1), run.get(i))) {
                for (; from < i; from++) {
                    rights.add(right);
                }
                right = 0;
            }
            right = i == run.size() ? 0 : Math.max(right, run.get(i).x1());
        }
        return rights;
    }

    private static boolean isClose(PdfLine above, PdfLine below) {
        return above instanceof PdfTextLine
                && below instanceof PdfTextLine
                && below.y() - above.y() < 1.7f * below.size()
                && Math.abs(above.size() - below.size()) < 0.6f;
    }
}
