package io.mivaa.batch.pipeline.chunk;

import java.util.List;

/** A stretch of text that neither starts nor ends with white space. */
record Span(int start, int end) {

    /** Adds what is left of {@code text[start, end)} without its outer white space, if anything is. */
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
