package io.mivaa.batch.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketTests {

    private static final Bucket NONE = Bucket.of(null, 1);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9, 60, 601, 5000})
    void letsNoMoreThroughInAnyMinuteThanTheLimitAndOverTimeNearlyAsMuch(int limit) {
        Bucket bucket = Bucket.of(limit, 1);
        LocalTurns turns = new LocalTurns();
        Random random = new Random(limit);
        List<Double> sent = new ArrayList<>();
        double now = 0;
        while (now < 600_000) {
            long wait = turns.take("p", now, bucket, NONE, 1, 1000);
            if (wait >= 0) {
                sent.add(now + wait);
            } else {
                now += Math.min(-wait, 1 + random.nextInt(3000));
            }
        }

        for (int i = 0; i + limit < sent.size(); i++) {
            assertThat(sent.get(i + limit) - sent.get(i)).isGreaterThanOrEqualTo(60_000 - 1);
        }
        assertThat(sent.size()).isGreaterThan((int) (limit * 10 * 0.85) - 1);
    }

    @Test
    void countsTokens() {
        Bucket tokens = Bucket.of(60_000, 1);
        LocalTurns turns = new LocalTurns();

        assertThat(turns.take("p", 0, NONE, tokens, 6000, 0)).isZero();
        assertThat(turns.take("p", 0, NONE, tokens, 1000, 2000)).isBetween(1000L, 1200L);
        assertThat(turns.take("p", 0, NONE, tokens, 6000, 2000)).isLessThan(-6000L);
        assertThat(turns.take("other", 0, NONE, tokens, 6000, 0)).isZero();
    }

    @Test
    void letsWhatIsMoreThanTheBurstThroughAndMakesTheNextOneWaitForIt() {
        Bucket tokens = Bucket.of(1000, 1);
        LocalTurns turns = new LocalTurns();

        assertThat(turns.take("p", 0, NONE, tokens, 1000, 0)).isZero();
        assertThat(turns.take("p", 0, NONE, tokens, 1, 0)).isLessThan(-59_000L);
    }

    @Test
    void dividesTheLimitAmongThoseWhoShareIt() {
        assertThat(Bucket.of(600, 3).burst()).isEqualTo(20);
        assertThat(Bucket.of(600, 3).interval()).isBetween(300.0, 332.0);
        assertThat(Bucket.of(2, 8)).isEqualTo(new Bucket(240_000, 1));
    }

    @Test
    void knowsNoLimitWhereThereIsNone() {
        LocalTurns turns = new LocalTurns();
        for (int i = 0; i < 1000; i++) {
            assertThat(turns.take("p", 0, NONE, NONE, 1_000_000, 0)).isZero();
        }
    }

    @Test
    void leavesAProviderAloneForTheLongestTimeThatWasAskedFor() {
        LocalTurns turns = new LocalTurns();
        turns.hold("p", 0, 5000);
        turns.hold("p", 0, 100);

        assertThat(turns.take("p", 1000, NONE, NONE, 1, 2000)).isEqualTo(-4000);
        assertThat(turns.take("p", 3500, NONE, NONE, 1, 2000)).isEqualTo(1500);
        assertThat(turns.take("p", 5000, NONE, NONE, 1, 0)).isZero();
    }
}
