package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTests {

    @Test
    void keepsASentenceOfAThousandCharactersWhole() {
        String sentence = "x".repeat(1000);

        assertThat(Failure.invalidInput("code", sentence).message()).isEqualTo(sentence);
    }

    @Test
    void cutsWhatIsLongerAndShowsIt() {
        assertThat(Failure.invalidInput("code", "x".repeat(1001)).message()).isEqualTo("x".repeat(999) + "…");
    }

    @Test
    void dropsTheCharacterThatPostgresDoesNotTake() {
        assertThat(Failure.invalidInput("code", "be\0fore").message()).isEqualTo("before");
    }
}
