package io.mivaa.batch.results;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reciprocal rank fusion: a hit scores the sum of 1 / (k + rank) over the rankings it is in, ranks counted from 1.
 * Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods, 2009;
 * k = 60 is theirs.
 */
final class RankFusion {

    private static final int K = 60;

    private RankFusion() {}

    /** @param rankings each best first, without repetitions */
    static List<Hit> fuse(List<List<Hit>> rankings, int limit) {
        Map<Hit.Key, Double> scores = new LinkedHashMap<>();
        for (List<Hit> ranking : rankings) {
            for (int i = 0; i < ranking.size(); i++) {
                scores.merge(ranking.get(i).key(), 1.0 / (K + i + 1), Double::sum);
            }
        }
        return scores.entrySet().stream()
                .map(entry -> new Hit(entry.getKey(), entry.getValue()))
                .sorted(Hit.BEST_FIRST)
                .limit(limit)
                .toList();
    }
}
