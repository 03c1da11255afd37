package io.mivaa.batch.results;

import java.util.List;

/**
 * Scores of texts for the words of a query: a word counts for more the rarer it is, ever less the more often it
 * recurs, and less in a longer text. Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009,
 * in the form of Lucene, whose k1 = 1.2 and b = 0.75 these are too.
 */
final class Bm25 {

    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final double[] rarity;
    private final double averageLength;

    private Bm25(double[] rarity, double averageLength) {
        this.rarity = rarity;
        this.averageLength = averageLength;
    }

    /**
     * A text that may be an answer.
     *
     * @param length in any unit
     * @param frequencies how often each word of the query stands in it
     */
    record Candidate(Hit.Key key, int length, int[] frequencies) {}

    /**
     * For texts of which the candidates are a part.
     *
     * @param texts how many there are
     * @param atLeast for each word, how many texts are known to hold it, should not all of them be candidates; then
     *     its share of the candidates stands for its share of the texts
     */
    static Bm25 of(long texts, long[] atLeast, List<Candidate> candidates) {
        double[] rarity = new double[atLeast.length];
        long all = Math.max(texts, candidates.size());
        for (int word = 0; word < rarity.length; word++) {
            int each = word;
            long holding = candidates.stream()
                    .filter(candidate -> candidate.frequencies()[each] > 0)
                    .count();
            double known = atLeast[word] <= holding
                    ? holding
                    : Math.max((double) atLeast[word], (double) holding / candidates.size() * all);
            rarity[word] = Math.log(1 + (Math.max(0, all - known) + 0.5) / (known + 0.5));
        }
        double length =
                candidates.stream().mapToInt(Candidate::length).average().orElse(1);
        return new Bm25(rarity, Math.max(1, length));
    }

    double score(Candidate candidate) {
        double slack = K1 * (1 - B + B * candidate.length() / averageLength);
        double score = 0;
        for (int word = 0; word < rarity.length; word++) {
            int frequency = candidate.frequencies()[word];
            score += rarity[word] * frequency * (K1 + 1) / (frequency + slack);
        }
        return score;
    }
}
