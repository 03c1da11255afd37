package io.mivaa.batch.pipeline.document;

/**
 * A range of pages, both ends inclusive.
 *
 * @param first 1-based
 * @param last 1-based, at least {@code first}
 */
public record PageRange(int first, int last) {

    public PageRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("pages must satisfy 1 <= first <= last: " + first + ".." + last);
        }
    }

    /** The smallest range that contains both. */
    public PageRange union(PageRange other) {
        return new PageRange(Math.min(first, other.first), Math.max(last, other.last));
    }
}
