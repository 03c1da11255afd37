package io.mivaa.batch.results.search;

import java.util.Arrays;

/**
 * How often a word occurs in a text, computed from PostgreSQL's ts_rank of that word alone with all weights 1. The rank
 * is the sum of 1/i² for i from 1 to the number of occurrences, divided by the limit of that sum. This is much cheaper
 * than unpacking the words of a tsvector.
 */
final class Frequency {

    /** PostgreSQL keeps at most this many positions of a word. */
    private static final int MOST = 255;

    private static final double LIMIT = Math.PI * Math.PI / 6;
    private static final double[] RANKS = ranks();

    private Frequency() {}

    private static double[] ranks() {
        double[] ranks = new double[MOST + 1];
        double sum = 0;
        for (int i = 1; i <= MOST; i++) {
            sum += 1.0 / i / i;
            ranks[i] = sum / LIMIT;
        }
        return ranks;
    }

    static int ofRank(float rank) {
        int at = Arrays.binarySearch(RANKS, rank);
        if (at >= 0) {
            return at;
        }
        int above = -at - 1;
        if (above > MOST) {
            return MOST;
        }
        return rank - RANKS[above - 1] < RANKS[above] - rank ? above - 1 : above;
    }
}
