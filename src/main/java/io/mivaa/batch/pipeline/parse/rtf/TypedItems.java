package io.mivaa.batch.pipeline.parse.rtf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds list items whose marker is part of their text: writers without list support produce them. Their indentation
 * shows how they are nested. Not thread-safe.
 */
final class TypedItems {

    private static final Pattern MARKER = Pattern.compile("^\\s*(?:([•·◦▪‣–—-])|(\\d{1,4}[.)]))\\t\\s*");

    private final Deque<Integer> indents = new ArrayDeque<>();

    /** @param level 0-based */
    record Item(int level, String marker, String text) {}

    /** @return null when the paragraph does not begin with a marker */
    @Nullable
    Item find(String paragraph, int indent) {
        Matcher marker = MARKER.matcher(paragraph);
        if (!marker.find()) {
            return null;
        }
        String number = marker.group(2);
        return new Item(level(indent), number == null ? "-" : number, paragraph.substring(marker.end()));
    }

    private int level(int indent) {
        while (!indents.isEmpty() && indents.peek() > indent) {
            indents.pop();
        }
        if (indents.isEmpty() || indents.peek() < indent) {
            indents.push(indent);
        }
        return indents.size() - 1;
    }

    /** Ends the list. */
    void end() {
        indents.clear();
    }
}
