package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.tables.PdfFoundTable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfPlaced;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Puts tables in the place of their words. */
final class PdfTables {

    private static final int MOST_CAPTION_LINES = 3;

    /** From line to line, in font sizes. */
    private static final float STEP = 2;

    private final List<List<PdfPlaced>> lines = new ArrayList<>();

    private PdfTables() {}

    /**
     * @param lines all in one direction
     * @param finder of tables among words
     * @return the lines without the words of tables, and each table as a line of its own
     */
    static List<List<PdfPlaced>> lifted(
            List<? extends List<? extends PdfPlaced>> lines, Function<List<PdfPlaced>, List<PdfFoundTable>> finder) {
        List<PdfPlaced> all = lines.stream().<PdfPlaced>flatMap(List::stream).toList();
        List<PdfFoundTable> found = finder.apply(all);
        PdfTables tables = new PdfTables();
        tables.addWithout(found, lines);
        found.forEach(each -> tables.insert(each.table()));
        return tables.lines;
    }

    private void addWithout(List<PdfFoundTable> tables, List<? extends List<? extends PdfPlaced>> all) {
        Set<PdfPlaced> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        tables.forEach(found -> taken.addAll(found.words()));
        for (List<? extends PdfPlaced> line : all) {
            List<PdfPlaced> rest = new ArrayList<>(line);
            rest.removeIf(taken::contains);
            if (!rest.isEmpty()) {
                lines.add(rest);
            }
        }
    }

    /** Inserts a table with its caption. */
    private void insert(PdfTable table) {
        List<List<PdfPlaced>> block = takeCaption(table);
        block.add(List.of(table));
        lines.addAll(place(table, block.get(0)), block);
    }

    /** Removes the lines of a caption close above a table, because they float together with it. */
    private List<List<PdfPlaced>> takeCaption(PdfTable table) {
        int from = 0;
        while (from < lines.size() && !startsCaption(table, lines.get(from))) {
            from++;
        }
        int end = Math.min(from + 1, lines.size());
        while (end < lines.size() && isAbove(table, lines.get(end), MOST_CAPTION_LINES * STEP * size(from))) {
            end++;
        }
        List<List<PdfPlaced>> found = lines.subList(from, end);
        List<List<PdfPlaced>> caption = new ArrayList<>();
        if (!found.isEmpty() && isAbove(table, found.get(found.size() - 1), STEP * size(from))) {
            caption.addAll(found);
            found.clear();
        }
        return caption;
    }

    private float size(int line) {
        return lines.get(line).get(0).size();
    }

    private static boolean startsCaption(PdfTable table, List<PdfPlaced> line) {
        return isAbove(table, line, MOST_CAPTION_LINES * STEP * line.get(0).size())
                && PdfCaption.isOfTable(PdfPlaced.text(line));
    }

    private static boolean isAbove(PdfTable table, List<PdfPlaced> line, float distance) {
        float y = line.get(0).y();
        return !isBeside(table, line)
                && y <= table.box().y0() + 1
                && y >= table.box().y0() - distance;
    }

    private static boolean isBeside(PdfTable table, List<PdfPlaced> line) {
        return line.stream().noneMatch(word -> word.x0() < table.x1() && word.x1() > table.x0());
    }

    /**
     * After the nearest line above, or else before the nearest line below: the order of the file does not matter,
     * because producers write floating tables anywhere.
     */
    private int place(PdfTable table, List<PdfPlaced> first) {
        float top = Math.min(table.box().y0(), first.get(0).y());
        int above = -1;
        int below = lines.size();
        float nearestAbove = -Float.MAX_VALUE;
        float nearestBelow = Float.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            float y = lines.get(i).get(0).y();
            boolean beside = isBeside(table, lines.get(i));
            if (!beside && y <= top + 1 && y >= nearestAbove) {
                nearestAbove = y;
                above = i;
            } else if (!beside && y >= table.box().y1() && y < nearestBelow) {
                nearestBelow = y;
                below = i;
            }
        }
        return above >= 0 ? above + 1 : below;
    }
}
