package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfAligned;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfDrawing;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfGrid;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings.Ruling;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDPage;

/** Brings the words of a page into the order in which it is read: columns, tables, links and captions. */
public final class PdfLayout {

    private PdfLayout() {}

    /**
     * @param lines words that share a base line, in the order of the file
     * @param rulings what the page has drawn
     * @return the lines as they are to be read, each table as one
     */
    public static List<List<PdfPlaced>> ordered(List<List<PdfWord>> lines, PdfRulings rulings, PDPage page) {
        List<List<PdfWord>> all = PdfTurned.joined(lines);
        int main = PdfColumns.mainDirection(all);
        List<List<PdfWord>> upright = new ArrayList<>();
        // Within a table, text that runs upwards is a cell like the others: the head of a narrow column.
        Map<PdfWord, List<PdfWord>> turned = new LinkedHashMap<>();
        for (List<PdfWord> line : all) {
            if (line.get(0).direction() == main) {
                upright.add(line);
            } else {
                turned.put(PdfTurned.upright(line, page.getCropBox()), line);
            }
        }
        List<Ruling> drawn = PdfGrid.joined(rulings.rulings(page, main));
        if (main == 0) {
            turned.keySet().forEach(word -> upright.add(List.of(word)));
        }
        List<List<PdfPlaced>> rest = new ArrayList<>();
        List<List<PdfWord>> apart = new ArrayList<>(main == 0 ? List.of() : turned.values());
        for (List<PdfPlaced> line :
                PdfTables.lifted(upright, words -> PdfGrid.tables(drawn, PdfPlaced.words(words)))) {
            List<PdfWord> original = turned.get(line.get(0));
            if (original == null) {
                rest.add(line);
            } else {
                apart.add(original);
            }
        }
        PdfLinks links = PdfLinks.of(page);
        PdfDrawing drawing = new PdfDrawing(drawn, rulings.slants(page, main));
        List<List<PdfPlaced>> ordered = new ArrayList<>();
        for (List<List<PdfPlaced>> region : PdfColumns.regions(rest)) {
            PdfTables.lifted(
                            region,
                            words -> PdfSides.of(words).stream()
                                    .flatMap(side -> PdfAligned.tables(drawn, PdfPlaced.words(side)).stream())
                                    .filter(found -> !drawing.holds(found.table().box()))
                                    .toList())
                    .forEach(line -> add(line, links, ordered));
        }
        apart.forEach(line -> ordered.add(List.copyOf(line)));
        return ordered;
    }

    private static void add(List<PdfPlaced> line, PdfLinks links, List<List<PdfPlaced>> ordered) {
        if (line.get(0) instanceof PdfTable) {
            ordered.add(line);
        } else {
            PdfCaption.apart(links.marked(PdfPlaced.words(line))).forEach(part -> ordered.add(List.copyOf(part)));
        }
    }
}
