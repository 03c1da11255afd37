package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.pdf.lines.PdfListItem;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfTextLine;
import java.util.ArrayList;
import java.util.List;

/** Determines how deep the items of a list are nested by their indentation. */
final class PdfListLevels {

    private static final float SAME_INDENT = 4;
    private static final int DEEPEST = 5;

    private PdfListLevels() {}

    /**
     * @param items the first line of each, in order
     * @return the depth of each, 0 to 5
     */
    static List<Integer> of(List<PdfTextLine> items) {
        List<Float> places = places(items);
        List<Float> indents = new ArrayList<>();
        places.stream().sorted().forEach(x -> {
            if (indents.isEmpty() || x - indents.get(indents.size() - 1) > SAME_INDENT) {
                indents.add(x);
            }
        });
        return places.stream().map(x -> level(x, indents)).toList();
    }

    private static int level(float place, List<Float> indents) {
        int level = 0;
        while (level + 1 < indents.size() && place >= indents.get(level + 1)) {
            level++;
        }
        return Math.min(level, DEEPEST);
    }

    /** Moves all items into the first column or page, because the margins of left and right pages differ. */
    private static List<Float> places(List<PdfTextLine> items) {
        List<Float> places = new ArrayList<>();
        float shift = 0;
        for (int i = 0; i < items.size(); i++) {
            PdfTextLine item = items.get(i);
            if (i > 0 && isElsewhere(items.get(i - 1), item)) {
                shift = shift(items.subList(0, i), places, item, shift);
            }
            places.add(item.x0() - shift);
        }
        return places;
    }

    private static boolean isElsewhere(PdfTextLine last, PdfTextLine item) {
        return last.page() != item.page() || item.y() < last.y();
    }

    /** Derived from the last item with the same mark, unless an item with that mark is already at this place. */
    private static float shift(List<PdfTextLine> before, List<Float> places, PdfTextLine item, float shift) {
        String mark = PdfListItem.mark(item.text());
        float found = shift;
        for (int i = 0; i < before.size(); i++) {
            if (PdfListItem.mark(before.get(i).text()).equals(mark)) {
                if (Math.abs(item.x0() - shift - places.get(i)) <= SAME_INDENT) {
                    return shift;
                }
                found = item.x0() - places.get(i);
            }
        }
        return found;
    }
}
