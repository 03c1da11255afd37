package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatedTokensTests {

    @ParameterizedTest
    @CsvSource({"'', 2", "abc, 3", "abcd, 4", "12, 3", "'a b', 3", "{}, 4", "плит, 6", "漢字, 5", "🪨, 4"})
    void countsRatherTooMuch(String text, int tokens) {
        assertThat(EstimatedTokens.INSTANCE.count(text)).isEqualTo(tokens);
    }

    @Test
    void countsNoLessThanTheTokenizerOfThisProcess() {
        String text = "Porcelain stoneware, 60 x 60 cm, absorbs less than 0.5 % of water (EN 14411).\n| a | 12.5 |";
        try (WordPieces exact = new WordPieces()) {
            assertThat(EstimatedTokens.INSTANCE.count(text)).isBetween(exact.count(text), 2 * exact.count(text));
        }
    }
}
