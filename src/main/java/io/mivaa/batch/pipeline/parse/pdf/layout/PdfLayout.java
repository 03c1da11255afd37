package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfFoundTable;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfTableFinder;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDPage;

/** Puts the words of a page into reading order, with its columns, tables, links and captions. */
public final class PdfLayout {

    private final PDPage page;
    private final int direction;
    private final PdfTableFinder tables;
    private final List<List<PdfWord>> lines = new ArrayList<>();

    /** Lines in another direction than most of the page, by the word that takes their place among the others. */
    private final Map<PdfWord, List<PdfWord>> turned = new LinkedHashMap<>();

    private final List<List<PdfPlaced>> ordered = new ArrayList<>();

    private PdfLayout(List<List<PdfWord>> all, PdfRulings rulings, PDPage page) {
        this.page = page;
        this.direction = PdfColumns.mainDirection(all);
        this.tables = new PdfTableFinder(rulings, page, direction);
        for (List<PdfWord> line : all) {
            if (line.get(0).direction() == direction) {
                lines.add(line);
            } else {
                turned.put(PdfTurned.upright(line, page.getCropBox()), line);
            }
        }
    }

    /**
     * @param lines words that share a base line, in the order of the file
     * @param rulings the lines that the page draws
     * @return the lines in reading order, each table as a line of its own
     */
    public static List<List<PdfPlaced>> ordered(List<List<PdfWord>> lines, PdfRulings rulings, PDPage page) {
        PdfLayout layout = new PdfLayout(PdfTurned.joined(lines), rulings, page);
        layout.order();
        return layout.ordered;
    }

    private void order() {
        List<List<PdfPlaced>> upright = new ArrayList<>();
        List<List<PdfPlaced>> apart = new ArrayList<>();
        if (direction != 0) {
            turned.values().forEach(line -> apart.add(List.copyOf(line)));
        }
        for (List<PdfPlaced> line : withRuledTables()) {
            List<PdfWord> original = turned.get(line.get(0));
            if (original == null) {
                upright.add(line);
            } else {
                apart.add(List.copyOf(original));
            }
        }
        PdfLinks links = PdfLinks.of(page);
        for (List<List<PdfPlaced>> region : PdfColumns.regions(upright)) {
            PdfTables.lifted(region, this::aligned).forEach(line -> add(line, links));
        }
        ordered.addAll(apart);
    }

    /** On an upright page, text that runs upwards may be a cell of a table: the heading of a narrow column. */
    private List<List<PdfPlaced>> withRuledTables() {
        List<List<PdfWord>> all = new ArrayList<>(lines);
        if (direction == 0) {
            turned.keySet().forEach(word -> all.add(List.of(word)));
        }
        return PdfTables.lifted(all, words -> tables.ruled(PdfPlaced.words(words)));
    }

    private List<PdfFoundTable> aligned(List<PdfPlaced> region) {
        return PdfSides.of(region).stream()
                .flatMap(side -> tables.aligned(PdfPlaced.words(side)).stream())
                .toList();
    }

    private void add(List<PdfPlaced> line, PdfLinks links) {
        if (line.get(0) instanceof PdfTable) {
            ordered.add(line);
        } else {
            PdfCaption.apart(links.marked(PdfPlaced.words(line))).forEach(part -> ordered.add(List.copyOf(part)));
        }
    }
}
