package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;

/** Puts tables in the place of the words they took. */
final class PdfTables {

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
        tables.forEach(table -> lifted.add(place(table, lifted), List.of(table.word(direction))));
        return lifted;
    }

    /**
     * After the line that stands next above, else before the one next below: producers that float their tables write
     * them somewhere.
     */
    private static int place(PdfTable table, List<List<PdfWord>> lines) {
        int above = -1;
        int below = lines.size();
        float nearestAbove = -Float.MAX_VALUE;
        float nearestBelow = Float.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            List<PdfWord> line = lines.get(i);
            boolean beside = line.stream().noneMatch(word -> word.x0() < table.x1() && word.x1() > table.x0());
            float y = line.get(0).y();
            if (!beside && y <= table.y0() + 1 && y >= nearestAbove) {
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
