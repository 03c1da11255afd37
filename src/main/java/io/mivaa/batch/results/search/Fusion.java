package io.mivaa.batch.results.search;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Combines two rankings into one. A chunk's own score is the mean of its two scores, each divided by the best score of
 * its ranking. Unlike ranks, scores show by how much one chunk is better than the next; Bruch, Gai, Ingber: An Analysis
 * of Fusion Functions for Hybrid Retrieval, 2022, found the same in many collections. A negative similarity counts as
 * 0.
 *
 * <p>The better of the two neighbours of a chunk in its text adds a part of its score: a text states its subject more
 * than once, and an answer continues beyond the end of a chunk. Passages have been scored with their surroundings since
 * Callan: Passage-Level Evidence in Document Retrieval, 1994. The weight is in the middle of a wide range that works
 * equally well, see docs/decisions/0022. The only chunk of a text counts as its own neighbour; otherwise long texts
 * would be preferred.
 */
final class Fusion {

    private static final double BESIDE = 0.4;

    private Fusion() {}

    /**
     * @param one scores of the hits and their neighbours; a chunk missing in one map has score 0 there
     * @param beside for each hit, the chunks before and after it
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
