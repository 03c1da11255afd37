package io.mivaa.batch.pipeline.parse.pdf.layout;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfTable;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;

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
    static List<List<PdfWord>> lifted(List<List<PdfWord>> lines, Function<List<PdfWord>, List<PdfTable>> finder) {
        List<PdfTable> tables =
                finder.apply(lines.stream().flatMap(List::stream).toList());
        if (tables.isEmpty()) {
            return lines;
        }
        IdentityHashMap<PdfWord, PdfTable> owners = new IdentityHashMap<>();
        tables.forEach(table -> table.words().forEach(word -> owners.put(word, table)));
        List<List<PdfWord>> lifted = new ArrayList<>();
        for (List<PdfWord> line : lines) {
            List<PdfWord> rest =
                    line.stream().filter(word -> !owners.containsKey(word)).toList();
            if (!rest.isEmpty()) {
                lifted.add(rest);
            }
        }
        int direction = lines.get(0).get(0).direction();
        for (PdfTable table : tables) {
            List<List<PdfWord>> block = caption(table, lifted);
            block.add(List.of(table.word(direction)));
            lifted.addAll(place(table, lifted, block.get(0)), block);
        }
        return lifted;
    }

    /** Takes the lines of a caption that stand close above out of the others: they float with their table. */
    private static List<List<PdfWord>> caption(PdfTable table, List<List<PdfWord>> lines) {
        List<List<PdfWord>> caption = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            float size = lines.get(i).get(0).size();
            if (isAbove(table, lines.get(i), MOST_CAPTION_LINES * STEP * size)
                    && PdfCaption.isOfTable(PdfWord.text(lines.get(i)))) {
                int end = i + 1;
                while (end < lines.size() && isAbove(table, lines.get(end), MOST_CAPTION_LINES * STEP * size)) {
                    end++;
                }
                List<List<PdfWord>> found = lines.subList(i, end);
                if (isAbove(table, found.get(found.size() - 1), STEP * size)) {
                    caption.addAll(found);
                    found.clear();
                }
                break;
            }
        }
        return caption;
    }

    private static boolean isAbove(PdfTable table, List<PdfWord> line, float distance) {
        float y = line.get(0).y();
        return !isBeside(table, line) && y <= table.y0() + 1 && y >= table.y0() - distance;
    }

    private static boolean isBeside(PdfTable table, List<PdfWord> line) {
        return line.stream().noneMatch(word -> word.x0() < table.x1() && word.x1() > table.x0());
    }

    /**
     * After the line that stands next above, else before the one next below: producers that float their tables write
     * them somewhere.
     */
    private static int place(PdfTable table, List<List<PdfWord>> lines, List<PdfWord> first) {
        float top = Math.min(table.y0(), first.get(0).y());
        int above = -1;
        int below = lines.size();
        float nearestAbove = -Float.MAX_VALUE;
        float nearestBelow = Float.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            List<PdfWord> line = lines.get(i);
            boolean beside = isBeside(table, line);
            float y = line.get(0).y();
            if (!beside && y <= top + 1 && y >= nearestAbove) {
                nearestAbove = y;
                above = i;
            } else if (!beside && y >= table.y1() && y < nearestBelow) {
                nearestBelow = y;
                below = i;
            }
        }
        return above >= 0 ? above + 1 : below;
    }
}
