package io.mivaa.batch.pipeline.parse.pdf.tables;

import java.util.stream.IntStream;

/** Divides numbers into groups by joining pairs of them (a disjoint-set forest). Not thread-safe. */
final class PdfGroups {

    private final int[] parents;

    /** Starts with each number from 0 to below {@code size} in a group of its own. */
    PdfGroups(int size) {
        this.parents = IntStream.range(0, size).toArray();
    }

    int size() {
        return parents.length;
    }

    /** A number that identifies the group. */
    int of(int member) {
        int root = member;
        while (parents[root] != root) {
            root = parents[root];
        }
        parents[member] = root;
        return root;
    }

    void join(int some, int other) {
        parents[of(some)] = of(other);
    }
}
