package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTests {

    private final Snapshot earlier = Snapshot.parse("700:712:700,705");
    private final Snapshot later = Snapshot.parse("705:731:705");

    @Test
    void readsWhatPostgresqlPrints() {
        assertThat(earlier).isEqualTo(new Snapshot(712, List.of(700L, 705L)));
        assertThat(earlier.xmin()).isEqualTo(700);
        assertThat(Snapshot.parse("900:900:")).isEqualTo(new Snapshot(900, List.of()));
        assertThat(Snapshot.parse("900:900:").xmin()).isEqualTo(900);
    }

    @Test
    void comesBackFromItsText() {
        assertThat(Position.decode(Position.at(later).encode())).contains(Position.at(later));
        Position within = new Position(earlier, later, 123_456_789);
        assertThat(Position.decode(within.encode())).contains(within);
        assertThat(within.encode()).matches("[A-Za-z0-9._~-]+");
        assertThat(within.xmin()).isEqualTo(700);
    }

    @Test
    void staysShortWithManyTransactions() {
        Snapshot busy = new Snapshot(
                5_000_000_000L,
                LongStream.range(4_999_999_000L, 4_999_999_500L).boxed().toList());

        assertThat(new Position(busy, busy, Long.MAX_VALUE).encode()).hasSizeLessThan(4_200);
        assertThat(Position.decode(new Position(busy, busy, 1).encode())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "~",
                "~~",
                "1~1",
                "1~1~",
                "1~1~1~1",
                "a..b",
                ".1",
                "1.",
                "1.1.",
                "0",
                "-1",
                "1.2",
                "A",
                "1 ",
                "é",
                "zzzzzzzzzzzzzzzzzzzz",
                "1~1~zzzzzzzzzzzzzzzzzzzzzz",
                "'; drop table event; --",
                "5.0"
            })
    void isNothingElse(String text) {
        assertThat(Position.decode(text)).isEmpty();
    }

    @Test
    void isNotReadAtAnyLength() {
        assertThat(Position.decode("1".repeat(100_000))).isEmpty();
    }
}
