package io.mivaa.batch.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RankFusionTests {

    @Test
    void whatBothRankingsHoldGoesBeforeWhatOneHolds() {
        // 1/62 + 1/62 > 1/61 for both of those that lead one ranking only
        List<Hit> fused = RankFusion.fuse(List.of(ranking(1, 3), ranking(2, 3)), 10);

        assertThat(ids(fused)).containsExactly(3, 1, 2);
        assertThat(fused.get(0).score()).isCloseTo(2.0 / 62, Offset.offset(1e-12));
        assertThat(fused.get(1).score()).isCloseTo(1.0 / 61, Offset.offset(1e-12));
    }

    @Test
    void scoresOfTheRankingsDoNotMatter() {
        List<Hit> high = List.of(new Hit(key(1), 1000), new Hit(key(2), 999));
        List<Hit> low = List.of(new Hit(key(2), 0.002), new Hit(key(1), 0.001), new Hit(key(3), 0));

        assertThat(ids(RankFusion.fuse(List.of(high, low), 10))).containsExactly(1, 2, 3);
    }

    @Test
    void givesTheBestOnly() {
        assertThat(ids(RankFusion.fuse(List.of(ranking(1, 2, 3, 4)), 2))).containsExactly(1, 2);
    }

    private static List<Hit> ranking(int... ids) {
        return java.util.Arrays.stream(ids)
                .mapToObj(id -> new Hit(key(id), 100.0 - id))
                .toList();
    }

    private static Hit.Key key(int id) {
        return new Hit.Key(new UUID(0, 0), new UUID(0, id));
    }

    private static Stream<Integer> ids(List<Hit> hits) {
        return hits.stream().map(hit -> (int) hit.key().chunk().getLeastSignificantBits());
    }
}
