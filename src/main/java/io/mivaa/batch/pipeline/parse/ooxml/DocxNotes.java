package io.mivaa.batch.pipeline.parse.ooxml;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers footnotes and endnotes together, in the order in which the text refers to them. Not thread-safe. */
final class DocxNotes {

    private final Map<String, String> marks = new HashMap<>();

    /**
     * The mark of a note that the text refers to.
     *
     * @param kind {@code footnotes} or {@code endnotes}
     */
    String mark(String kind, String id) {
        return marks.computeIfAbsent(kind + "/" + id, any -> "[" + (marks.size() + 1) + "]");
    }

    /** @return null when the text has not referred to the note */
    @Nullable
    String existingMark(String kind, String id) {
        return marks.get(kind + "/" + id);
    }
}
