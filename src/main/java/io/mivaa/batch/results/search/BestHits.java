package io.mivaa.batch.results.search;

import java.util.List;
import java.util.PriorityQueue;

/** Keeps the best of any number of hits. Not thread-safe. */
final class BestHits {

    private final int capacity;
    private final PriorityQueue<Hit> worstFirst = new PriorityQueue<>(Hit.BEST_FIRST.reversed());

    BestHits(int capacity) {
        this.capacity = capacity;
    }

    /** Whether {@link #add} may keep a hit of that score. Lets a scan create objects only for such hits. */
    boolean mayHold(double score) {
        Hit worst = worstFirst.peek();
        return worstFirst.size() < capacity || worst == null || score >= worst.score();
    }

    void add(Hit hit) {
        worstFirst.add(hit);
        if (worstFirst.size() > capacity) {
            worstFirst.remove();
        }
    }

    List<Hit> bestFirst() {
        return worstFirst.stream().sorted(Hit.BEST_FIRST).toList();
    }
}
