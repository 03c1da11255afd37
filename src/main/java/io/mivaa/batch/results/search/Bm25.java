package io.mivaa.batch.results.search;

import java.util.List;

/**
 * Scores texts for the words of a query. A rare word counts more than a common one, each further occurrence counts less
 * than the one before, and a word counts less in a longer text. Robertson, Zaragoza: The Probabilistic Relevance
 * Framework: BM25 and Beyond, 2009, in Lucene's form and with its parameters, k1 = 1.2 and b = 0.75.
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
     * A text to score.
     *
     * @param length in any unit
     * @param frequencies how often each word of the query occurs in it
     */
    record Candidate(Hit.Key key, int length, int[] frequencies) {}

    /**
     * Scores for the given collection of texts.
     *
     * @param texts the number of texts, candidates included
     * @param atLeast for each word, how many texts are known to contain it. If that is more than the candidates that
     *     contain it, the word's share of the candidates is taken as its share of all texts
     */
    static Bm25 of(long texts, long[] atLeast, List<Candidate> candidates) {
        double[] rarity = new double[atLeast.length];
        long all = Math.max(texts, candidates.size());
        for (int word = 0; word < rarity.length; word++) {
            double containing = textsWith(word, all, atLeast[word], candidates);
            rarity[word] = Math.log(1 + (Math.max(0, all - containing) + 0.5) / (containing + 0.5));
        }
        double length =
                candidates.stream().mapToInt(Candidate::length).average().orElse(1);
        return new Bm25(rarity, Math.max(1, length));
    }

    private static double textsWith(int word, long all, long atLeast, List<Candidate> candidates) {
        long counted = candidates.stream()
                .filter(candidate -> candidate.frequencies()[word] > 0)
                .count();
        return atLeast <= counted ? counted : Math.max((double) atLeast, (double) counted / candidates.size() * all);
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
