package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BestHitsTests {

    @Test
    void keepsWhatSortingWouldPutFirst() {
        Random random = new Random(7);
        List<Hit> all = new ArrayList<>();
        BestHits best = new BestHits(20);
        for (int i = 0; i < 1000; i++) {
            // Few values, so that there are ties.
            Hit hit = new Hit(new Hit.Key(new UUID(0, 0), new UUID(0, random.nextInt(1 << 20))), random.nextInt(50));
            all.add(hit);
            if (best.mayHold(hit.score())) {
                best.add(hit);
            }
        }

        all.sort(Hit.BEST_FIRST);
        assertThat(best.bestFirst()).isEqualTo(all.subList(0, 20));
    }

    @Test
    void hasNoPlaceForWhatIsWorseThanTheWorst() {
        BestHits best = new BestHits(1);
        assertThat(best.mayHold(-1)).isTrue();

        best.add(new Hit(new Hit.Key(new UUID(0, 0), new UUID(0, 1)), 0.5));

        assertThat(best.mayHold(0.4)).isFalse();
        assertThat(best.mayHold(0.6)).isTrue();
    }
}
