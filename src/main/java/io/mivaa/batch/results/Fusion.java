package io.mivaa.batch.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes one ranking of two: a hit's score is the mean of its scores in both, each divided by the best there is. Scores
 * say by how much one hit is better than the next, which ranks do not; Bruch, Gai, Ingber: An Analysis of Fusion
 * Functions for Hybrid Retrieval, 2022, found the same over many collections. A negative similarity counts as none.
 */
final class Fusion {

    private Fusion() {}

    /**
     * @param one scores of all hits there are; a hit that the other does not know scores nothing there
     * @return the best first, with scores from 0 to 1
     */
    static List<Hit> fuse(Map<Hit.Key, Double> one, Map<Hit.Key, Double> other, int limit) {
        double bestOfOne = best(one);
        double bestOfOther = best(other);
        BestHits best = new BestHits(limit);
        List<Hit.Key> keys = new ArrayList<>(one.keySet());
        other.keySet().stream().filter(key -> !one.containsKey(key)).forEach(keys::add);
        for (Hit.Key key : keys) {
            best.add(new Hit(key, (share(one, key, bestOfOne) + share(other, key, bestOfOther)) / 2));
        }
        return best.bestFirst();
    }

    private static double best(Map<Hit.Key, Double> scores) {
        return scores.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static double share(Map<Hit.Key, Double> scores, Hit.Key key, double best) {
        return best <= 0 ? 0 : Math.max(0, scores.getOrDefault(key, 0.0)) / best;
    }
}
