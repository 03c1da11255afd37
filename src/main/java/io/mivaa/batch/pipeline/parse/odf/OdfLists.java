package io.mivaa.batch.pipeline.parse.odf;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The open lists of an OpenDocument text, the innermost last, and the numbers of their items. Not thread-safe. */
final class OdfLists {

    private final OdfStyles styles;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** An open list; {@code item} is the number of its current item, 0 before the first. */
    private static final class Level {
        private final String style;
        private int item;
        private boolean marked = true;

        Level(String style) {
            this.style = style;
        }
    }

    OdfLists(OdfStyles styles) {
        this.styles = styles;
    }

    boolean isOpen() {
        return !levels.isEmpty();
    }

    int depth() {
        return levels.size();
    }

    /** @param style null when the list has that of the list around it */
    void open(@Nullable String style) {
        Level around = levels.peek();
        levels.push(new Level(style != null ? style : around == null ? "" : around.style));
    }

    void close() {
        if (!levels.isEmpty()) {
            levels.pop();
        }
    }

    void nextItem() {
        Level level = levels.peek();
        if (level != null) {
            level.item++;
            level.marked = false;
        }
    }

    /** A header is an item without a number of its own. */
    void header() {
        Level level = levels.peek();
        if (level != null) {
            level.marked = false;
        }
    }

    /**
     * The marker of a paragraph in the innermost list: {@code -}, or the number of its item. Only the first paragraph of
     * an item that has text gets the number.
     */
    String marker(String text) {
        Level level = levels.element();
        boolean numbered = styles.isNumbered(level.style, levels.size());
        String marker = level.marked || text.isBlank() || !numbered ? "-" : level.item + ".";
        level.marked = level.marked || !text.isBlank();
        return marker;
    }
}
