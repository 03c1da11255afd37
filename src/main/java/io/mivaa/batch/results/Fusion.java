package io.mivaa.batch.results;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Makes one ranking of two: a chunk's own score is the mean of its scores in both, each divided by the best there is.
 * Scores say by how much one is better than the next, which ranks do not; Bruch, Gai, Ingber: An Analysis of Fusion
 * Functions for Hybrid Retrieval, 2022, found the same over many collections. A negative similarity counts as none.
 *
 * <p>To this comes a part of the better of the two chunks beside it in its text: a text says what it is about more than
 * once, and an answer goes on beyond the end of a chunk. Passages have been scored with what surrounds them since
 * Callan: Passage-Level Evidence in Document Retrieval, 1994; the weight is in the middle of a wide range that does as
 * well, see docs/decisions/0022. The only chunk of a text stands for itself there, or long texts would be preferred.
 */
final class Fusion {

    private static final double BESIDE = 0.4;

    private Fusion() {}

    /**
     * @param one scores of hits and of what is beside them; what the other does not know scores nothing there
     * @param beside of each hit the chunks before and after it
     * @return the best of the hits, best first, with scores from 0 to 1
     */
    static List<Hit> fuse(
            Map<Hit.Key, Double> one,
            Map<Hit.Key, Double> other,
            Map<Hit.Key, ? extends Collection<Hit.Key>> beside,
            int limit) {
        double bestOfOne = best(one);
        double bestOfOther = best(other);
        BestHits best = new BestHits(limit);
        beside.forEach((hit, neighbours) -> {
            double own = mean(share(one, hit, bestOfOne), share(other, hit, bestOfOther));
            double better = neighbours.stream()
                    .mapToDouble(key -> mean(share(one, key, bestOfOne), share(other, key, bestOfOther)))
                    .max()
                    .orElse(own);
            best.add(new Hit(hit, (own + BESIDE * better) / (1 + BESIDE)));
        });
        return best.bestFirst();
    }

    private static double mean(double one, double other) {
        return (one + other) / 2;
    }

    private static double best(Map<Hit.Key, Double> scores) {
        return scores.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static double share(Map<Hit.Key, Double> scores, Hit.Key key, double best) {
        return best <= 0 ? 0 : Math.max(0, scores.getOrDefault(key, 0.0)) / best;
    }
}
