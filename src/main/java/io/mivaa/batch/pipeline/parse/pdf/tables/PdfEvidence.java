package io.mivaa.batch.pipeline.parse.pdf.tables;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.List;

/** Decides whether rows whose parts are below each other are a table or only look like one. */
final class PdfEvidence {

    private final List<PdfRow> rows;
    private final List<PdfRow> divided;
    private final PdfStrips strips;
    private final List<PdfRuling> rulings;

    private PdfEvidence(List<PdfRow> rows, List<PdfRow> divided, PdfStrips strips, List<PdfRuling> rulings) {
        this.rows = rows;
        this.divided = divided;
        this.strips = strips;
        this.rulings = rulings;
    }

    /**
     * @param rows all of the candidate
     * @param divided those of them that have several parts
     * @param rulings of the page
     */
    static boolean isTable(List<PdfRow> rows, List<PdfRow> divided, PdfStrips strips, List<PdfRuling> rulings) {
        return new PdfEvidence(rows, divided, strips, rulings).isTable();
    }

    private boolean isTable() {
        PdfCellTraits traits = new PdfCellTraits();
        for (int c = 0; c < strips.size(); c++) {
            int column = c;
            traits.addColumn(
                    divided.stream().map(row -> strips.cell(row, column)).toList());
        }
        if (!traits.fit(divided.size()) || isMostlyAcross() || isContents()) {
            return false;
        }
        return isRuled()
                ? traits.areOfRuledTable()
                : traits.areOfTable(divided.size()) || (isHeaded() && traits.areOfHeadedTable());
    }

    /** Whether more than a third of the rows have a part over several columns. */
    private boolean isMostlyAcross() {
        long across = divided.stream()
                .filter(row -> row.parts().stream().anyMatch(part -> strips.span(part) > 1))
                .count();
        return 3 * across > divided.size();
    }

    /** Whether the first row is in bold type and most rows below it are not. */
    private boolean isHeaded() {
        long bold = divided.stream().skip(1).filter(PdfEvidence::isBold).count();
        return isBold(divided.get(0)) && 4 * bold <= divided.size();
    }

    private static boolean isBold(PdfRow row) {
        return row.words().stream().allMatch(PdfWord::bold);
    }

    /** Whether it is a table of contents: titles, and page numbers that grow. */
    private boolean isContents() {
        int last = 0;
        for (PdfRow row : divided) {
            String text = PdfPlaced.text(strips.cell(row, strips.size() - 1));
            if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < last) {
                return false;
            }
            last = Integer.parseInt(text);
        }
        return strips.size() == 2;
    }

    /** Whether there are horizontal lines above, below or between the rows. */
    private boolean isRuled() {
        float x0 = strips.left();
        float x1 = strips.right();
        float above = rows.get(0).y() - 3 * rows.get(0).size();
        float below = rows.get(rows.size() - 1).y() + 2 * rows.get(0).size();
        return rulings.stream()
                        .filter(line -> line.level() && line.at() > above && line.at() < below)
                        .filter(line -> Math.min(line.to(), x1) - Math.max(line.from(), x0) > 0.6f * (x1 - x0))
                        .count()
                >= 2;
    }
}
