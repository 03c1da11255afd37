package io.mivaa.batch.pipeline.chunk;

import java.util.List;

/** A range of text that neither starts nor ends with white space. */
record Span(int start, int end) {

    /** Trims {@code text[start, end)} and adds it, unless it is blank. */
    static void addTrimmed(List<Span> spans, String text, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        if (from < to) {
            spans.add(new Span(from, to));
        }
    }
}
