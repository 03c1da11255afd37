package io.mivaa.batch.pipeline.parse.pdf.lines;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines below each other: a column or a part of it.
 *
 * @param rights for each line the right end of the longest close line of the same size: where the line could end
 */
record PdfRun(List<PdfLine> lines, List<Float> rights) {

    /** The runs of a page, in order. */
    static List<PdfRun> of(List<PdfLine> page) {
        List<PdfRun> runs = new ArrayList<>();
        int from = 0;
        float left = 0;
        float right = 0;
        for (int i = 0; i < page.size(); i++) {
            PdfLine line = page.get(i);
            if (i > 0 && (line.y() < page.get(i - 1).y() - 1 || !line.overlaps(left, right))) {
                runs.add(of(page, from, i));
                from = i;
            }
            left = i == from ? line.x0() : Math.min(left, line.x0());
            right = i == from ? line.x1() : Math.max(right, line.x1());
        }
        if (!page.isEmpty()) {
            runs.add(of(page, from, page.size()));
        }
        return runs;
    }

    private static PdfRun of(List<PdfLine> page, int from, int to) {
        List<PdfLine> run = page.subList(from, to);
        return new PdfRun(run, rights(run));
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
