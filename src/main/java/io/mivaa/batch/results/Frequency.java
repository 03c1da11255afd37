package io.mivaa.batch.results;

import java.util.Arrays;

/**
 * How often a word stands in a text, read from PostgreSQL's ts_rank of that word alone with all weights 1: the sum of
 * 1/i² for i up to the number, divided by the limit of that sum. That is much cheaper than to unpack the words.
 */
final class Frequency {

    /** PostgreSQL keeps no more positions of a word than these. */
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
