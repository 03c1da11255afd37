package io.mivaa.batch.pipeline.parse.html;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Writes the items of nested lists, indented by two spaces for each level. Not thread-safe. */
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

    /** @return whether it was the outermost list */
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

    /** The text of the current item, or more of it. */
    void text(String text) {
        String indent = "  ".repeat(Math.min(numbers.size(), DEEPEST) - 1);
        if (list.length() > 0) {
            list.append('\n');
        }
        String following = indent + "  ";
        list.append(marker.isEmpty() ? following : indent + marker).append(text.replace("\n", "\n" + following));
        marker = "";
    }

    /** The text since the last call, null when there is none. */
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
