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

/** Puts tables in the place of the words they took. */
final class PdfTables {

    private static final int MOST_CAPTION_LINES = 3;

    /** From line to line, in sizes of the type. */
    private static final float STEP = 2;

    private PdfTables() {}

    /**
     * @param lines all of one direction
     * @param finder of tables among words
     * @return the lines without the words of tables, with a word for each table where it stands
     */
    static List<List<PdfPlaced>> lifted(
            List<? extends List<? extends PdfPlaced>> lines, Function<List<PdfPlaced>, List<PdfFoundTable>> finder) {
        List<PdfPlaced> all =
                lines.stream().<PdfPlaced>flatMap(List::stream).toList();
        List<PdfFoundTable> tables = finder.apply(all);
        Set<PdfPlaced> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        tables.forEach(found -> taken.addAll(found.words()));
        List<List<PdfPlaced>> lifted = new ArrayList<>();
        for (List<? extends PdfPlaced> line : lines) {
            List<PdfPlaced> rest = new ArrayList<>(line);
            rest.removeIf(taken::contains);
            if (!rest.isEmpty()) {
                lifted.add(rest);
            }
        }
        for (PdfFoundTable found : tables) {
            List<List<PdfPlaced>> block = caption(found.table(), lifted);
            block.add(List.of(found.table()));
            lifted.addAll(place(found.table(), lifted, block.get(0)), block);
        }
        return lifted;
    }

    /** Takes the lines of a caption that stand close above out of the others: they float with their table. */
    private static List<List<PdfPlaced>> caption(PdfTable table, List<List<PdfPlaced>> lines) {
        List<List<PdfPlaced>> caption = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            float size = lines.get(i).get(0).size();
            if (isAbove(table, lines.get(i), MOST_CAPTION_LINES * STEP * size)
                    && PdfCaption.isOfTable(PdfPlaced.text(lines.get(i)))) {
                int end = i + 1;
                while (end < lines.size() && isAbove(table, lines.get(end), MOST_CAPTION_LINES * STEP * size)) {
                    end++;
                }
                List<List<PdfPlaced>> found = lines.subList(i, end);
                if (isAbove(table, found.get(found.size() - 1), STEP * size)) {
                    caption.addAll(found);
                    found.clear();
                }
                break;
            }
        }
        return caption;
    }

    private static boolean isAbove(PdfTable table, List<PdfPlaced> line, float distance) {
        float y = line.get(0).y();
        return !isBeside(table, line) && y <= table.box().y0() + 1 && y >= table.box().y0() - distance;
    }

    private static boolean isBeside(PdfTable table, List<PdfPlaced> line) {
        return line.stream().noneMatch(word -> word.x0() < table.x1() && word.x1() > table.x0());
    }

    /**
     * After the line that stands next above, else before the one next below: producers that float their tables write
     * them somewhere.
     */
    private static int place(PdfTable table, List<List<PdfPlaced>> lines, List<PdfPlaced> first) {
        float top = Math.min(table.box().y0(), first.get(0).y());
        int above = -1;
        int below = lines.size();
        float nearestAbove = -Float.MAX_VALUE;
        float nearestBelow = Float.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            List<PdfPlaced> line = lines.get(i);
            boolean beside = isBeside(table, line);
            float y = line.get(0).y();
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
