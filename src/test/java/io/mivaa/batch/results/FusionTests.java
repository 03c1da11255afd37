package io.mivaa.batch.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FusionTests {

    @Test
    void aHitScoresTheMeanOfItsSharesOfTheBest() {
        List<Hit> fused = Fusion.fuse(Map.of(key(1), 0.8, key(2), 0.6), Map.of(key(1), 3.0, key(2), 12.0), 10);

        assertThat(ids(fused)).containsExactly(2, 1);
        assertThat(fused.get(0).score()).isCloseTo((0.75 + 1) / 2, Offset.offset(1e-12));
        assertThat(fused.get(1).score()).isCloseTo((1 + 0.25) / 2, Offset.offset(1e-12));
    }

    @Test
    void whatOneRankingDoesNotKnowScoresNothingThere() {
        List<Hit> fused = Fusion.fuse(Map.of(key(1), 0.9), Map.of(key(2), 5.0), 10);

        assertThat(ids(fused)).containsExactly(1, 2);
        assertThat(fused).allMatch(hit -> hit.score() == 0.5);
    }

    @Test
    void whatIsUnlikeTheQueryScoresNothingAndNotLess() {
        assertThat(Fusion.fuse(Map.of(key(1), -0.2, key(2), 0.4), Map.of(), 10))
                .extracting(Hit::score)
                .containsExactly(0.5, 0.0);
        assertThat(Fusion.fuse(Map.of(key(1), -0.2), Map.of(), 10))
                .extracting(Hit::score)
                .containsExactly(0.0);
    }

    @Test
    void givesTheBestOnly() {
        assertThat(ids(Fusion.fuse(Map.of(key(1), 0.1, key(2), 0.3, key(3), 0.2), Map.of(), 2)))
                .containsExactly(2, 3);
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
