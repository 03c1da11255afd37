package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.results.search.Bm25.Candidate;
import java.util.List;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class Bm25Tests {

    private static final long[] UNKNOWN = {0, 0};

    /** Worked out by hand: idf = ln(1 + (10 - 1 + 0.5) / (1 + 0.5)), of average length. */
    @Test
    void scoresAsTheFormulaSays() {
        Candidate only = candidate(1, 100, 2, 0);

        double idf = Math.log(1 + 9.5 / 1.5);
        assertThat(Bm25.of(10, UNKNOWN, List.of(only)).score(only))
                .isCloseTo(idf * 2 * 2.2 / (2 + 1.2), Offset.offset(1e-12));
    }

    @Test
    void aRareWordCountsForMoreThanACommonOne() {
        Candidate rare = candidate(1, 100, 1, 0);
        Candidate common = candidate(2, 100, 0, 1);
        Bm25 bm25 = Bm25.of(10, UNKNOWN, List.of(rare, common, candidate(3, 100, 0, 1)));

        assertThat(bm25.score(rare)).isGreaterThan(bm25.score(common));
    }

    @Test
    void aLongerTextScoresLess() {
        Candidate brief = candidate(1, 50, 1, 0);
        Candidate extensive = candidate(2, 150, 1, 0);
        Bm25 bm25 = Bm25.of(10, UNKNOWN, List.of(brief, extensive));

        assertThat(bm25.score(brief)).isGreaterThan(bm25.score(extensive));
    }

    @Test
    void aWordThatIsInEveryTextStillScoresNoLessThanNone() {
        Candidate one = candidate(1, 10, 1, 0);

        assertThat(Bm25.of(1, UNKNOWN, List.of(one)).score(one)).isPositive();
        // More candidates than there are said to be texts: someone counted before the last one came.
        assertThat(Bm25.of(0, UNKNOWN, List.of(one, candidate(2, 10, 1, 0))).score(one))
                .isPositive();
    }

    /** 1 of 2 candidates holds the word, 40 texts at least, so 50 of 100 probably. */
    @Test
    void theShareOfTheCandidatesStandsForWhatWasNotCounted() {
        Candidate with = candidate(1, 10, 1, 0);
        Candidate without = candidate(2, 10, 0, 1);

        assertThat(Bm25.of(100, new long[] {40, 0}, List.of(with, without)).score(with))
                .isCloseTo(Math.log(1 + 50.5 / 50.5), Offset.offset(1e-12));
        assertThat(Bm25.of(100, new long[] {60, 0}, List.of(with, without)).score(with))
                .isCloseTo(Math.log(1 + 40.5 / 60.5), Offset.offset(1e-12));
    }

    private static Candidate candidate(int id, int length, int... frequencies) {
        return new Candidate(new Hit.Key(new UUID(0, 0), new UUID(0, id)), length, frequencies);
    }
}
