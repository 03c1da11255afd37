package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FusionTests {

    @Test
    void aHitScoresTheMeanOfItsSharesOfTheBest() {
        List<Hit> fused = fuse(Map.of(key(1), 0.8, key(2), 0.6), Map.of(key(1), 3.0, key(2), 12.0), 10);

        assertThat(ids(fused)).containsExactly(2, 1);
        assertThat(fused.get(0).score()).isCloseTo((0.75 + 1) / 2, Offset.offset(1e-12));
        assertThat(fused.get(1).score()).isCloseTo((1 + 0.25) / 2, Offset.offset(1e-12));
    }

    @Test
    void whatOneRankingDoesNotKnowScoresNothingThere() {
        List<Hit> fused = fuse(Map.of(key(1), 0.9), Map.of(key(2), 5.0), 10);

        assertThat(ids(fused)).containsExactly(1, 2);
        assertThat(fused).allSatisfy(hit -> assertThat(hit.score()).isCloseTo(0.5, Offset.offset(1e-12)));
    }

    @Test
    void whatIsUnlikeTheQueryScoresNothingAndNotLess() {
        assertThat(fuse(Map.of(key(1), -0.2, key(2), 0.4), Map.of(), 10))
                .extracting(hit -> Math.round(hit.score() * 100))
                .containsExactly(50L, 0L);
        assertThat(fuse(Map.of(key(1), -0.2), Map.of(), 10))
                .extracting(Hit::score)
                .containsExactly(0.0);
    }

    @Test
    void givesTheBestOnly() {
        assertThat(ids(fuse(Map.of(key(1), 0.1, key(2), 0.3, key(3), 0.2), Map.of(), 2)))
                .containsExactly(2, 3);
    }

    @Test
    void theBetterOfTheChunksBesideAHitRaisesIt() {
        Map<Hit.Key, Double> scores = Map.of(key(1), 1.0, key(2), 0.5, key(3), 0.8, key(4), 0.1);

        List<Hit> fused =
                Fusion.fuse(scores, Map.of(), Map.of(key(2), List.of(key(1), key(4)), key(3), List.of(key(4))), 10);

        assertThat(ids(fused)).containsExactly(2, 3);
        assertThat(fused.get(0).score()).isCloseTo((0.25 + 0.4 * 0.5) / 1.4, Offset.offset(1e-12));
        assertThat(fused.get(1).score()).isCloseTo((0.4 + 0.4 * 0.05) / 1.4, Offset.offset(1e-12));
    }

    @Test
    void theBestBesideTheBestScoresOne() {
        Map<Hit.Key, Double> scores = Map.of(key(1), 0.7, key(2), 0.7);

        assertThat(Fusion.fuse(scores, scores, Map.of(key(1), List.of(key(2)), key(2), List.of(key(1))), 10))
                .extracting(Hit::score)
                .allSatisfy(score -> assertThat(score).isCloseTo(1, Offset.offset(1e-12)));
    }

    /** Of hits with nothing beside them. */
    private static List<Hit> fuse(Map<Hit.Key, Double> one, Map<Hit.Key, Double> other, int limit) {
        Map<Hit.Key, List<Hit.Key>> beside = new HashMap<>();
        one.keySet().forEach(key -> beside.put(key, List.of()));
        other.keySet().forEach(key -> beside.put(key, List.of()));
        return Fusion.fuse(one, other, beside, limit);
    }

    private static Hit.Key key(int id) {
        return new Hit.Key(new UUID(0, 0), new UUID(0, id));
    }

    private static List<Integer> ids(List<Hit> hits) {
        return hits.stream()
                .map(hit -> (int) hit.key().chunk().getLeastSignificantBits())
                .toList();
    }
}
