package io.mivaa.batch.pipeline.parse.html;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Writes the items of nested lists, two columns deeper per level. */
final class HtmlLists {

    private static final int DEEPEST = 10;
    private static final int BULLET = -1;

    private final Deque<Integer> numbers = new ArrayDeque<>();
    private final StringBuilder list = new StringBuilder();
    private String marker = "";

    boolean isOpen() {
        return !numbers.isEmpty();
    }

    void open(boolean ordered, String start) {
        numbers.push(ordered ? start.matches("\\d{1,6}") ? Integer.parseInt(start) : 1 : BULLET);
        marker = "";
    }

    /** @return whether that was the outermost one */
    boolean close() {
        numbers.pop();
        marker = "";
        return numbers.isEmpty();
    }

    void item() {
        if (numbers.isEmpty()) {
            return;
        }
        int number = numbers.pop();
        marker = number == BULLET ? "- " : number + ". ";
        numbers.push(number == BULLET ? BULLET : number + 1);
    }

    void endItem() {
        marker = "";
    }

    /** The text of the item that has begun, or more of it. */
    void text(String text) {
        String indent = "  ".repeat(Math.min(numbers.size(), DEEPEST) - 1);
        if (list.length() > 0) {
            list.append('\n');
        }
        String following = indent + "  ";
        list.append(marker.isEmpty() ? following : indent + marker).append(text.replace("\n", "\n" + following));
        marker = "";
    }

    /** What was written since the last time, null when nothing was. */
    @Nullable
    String take() {
        if (list.isEmpty()) {
            return null;
        }
        String written = list.toString();
        list.setLength(0);
        return written;
    }
}
