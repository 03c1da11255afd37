package io.mivaa.batch.pipeline.parse.pdf.ocr;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the tab-separated output of Tesseract. Its columns are level, page, block, paragraph, line, word, left, top,
 * width, height, confidence and text.
 */
final class TesseractTable {

    private static final String WORD_LEVEL = "5";
    private static final int COLUMNS = 12;

    private TesseractTable() {}

    /**
     * A recognised word, in points from the upper left corner.
     *
     * @param paragraph identifies the paragraph within the page
     * @param line identifies the line within the page
     */
    private record Read(
            String paragraph,
            String line,
            float x,
            float y,
            float width,
            float height,
            double confidence,
            String text) {

        static Read of(String[] cells, String text, float scale) {
            String paragraph = cells[2] + "." + cells[3];
            return new Read(
                    paragraph,
                    paragraph + "." + cells[4],
                    Float.parseFloat(cells[6]) * scale,
                    Float.parseFloat(cells[7]) * scale,
                    Float.parseFloat(cells[8]) * scale,
                    Float.parseFloat(cells[9]) * scale,
                    Double.parseDouble(cells[10]),
                    text);
        }

        PdfWord placed(float base, float size) {
            return new PdfWord(text, x, x + width, base, size, false, false, 0);
        }
    }

    /** @param scale points per pixel */
    static Tesseract.Page page(String table, float scale) {
        List<Read> words = new ArrayList<>();
        for (String row : table.lines().toList()) {
            String[] cells = row.split("\t", COLUMNS);
            // Tesseract reads the lines of a table as these signs.
            String text = cells.length < COLUMNS ? "" : cells[11].strip().replaceAll("^[|_]++|(?<![|_])[|_]++$", "");
            if (!text.isEmpty() && cells[0].equals(WORD_LEVEL)) {
                words.add(Read.of(cells, text, scale));
            }
        }
        double confidence =
                words.stream().mapToDouble(Read::confidence).average().orElse(0);
        return new Tesseract.Page(lines(words), confidence);
    }

    private static List<List<PdfWord>> lines(List<Read> words) {
        List<List<PdfWord>> lines = new ArrayList<>();
        for (List<Read> paragraph : grouped(words, Read::paragraph)) {
            float size = size(paragraph);
            for (List<Read> line : grouped(paragraph, Read::line)) {
                double base = line.stream()
                        .mapToDouble(word -> word.y() + word.height())
                        .max()
                        .orElse(0);
                lines.add(line.stream()
                        .map(word -> word.placed((float) base, size))
                        .toList());
            }
        }
        return lines;
    }

    /** Of a whole paragraph: the height of a single line depends on the letters that it happens to have. */
    private static float size(List<Read> paragraph) {
        List<Float> heights = paragraph.stream().map(Read::height).sorted().toList();
        return Math.max(4, Math.round(heights.get(heights.size() * 3 / 4) * 1.1f));
    }

    private static Collection<List<Read>> grouped(List<Read> words, Function<Read, String> by) {
        return words.stream()
                .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()))
                .values();
    }
}
