package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mivaa.batch.pipeline.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitVectorTests {

    @Test
    void keepsTheDirection() {
        assertThat(UnitVector.of(new float[] {3, -4}, 2)).containsExactly(0.6f, -0.8f);
    }

    @Test
    void keepsAVeryLongVectorFinite() {
        assertThat(UnitVector.of(new float[] {Float.MAX_VALUE, 0}, 2)).containsExactly(1, 0);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0})
    void refusesAVectorWithoutDirection(float broken) {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> UnitVector.of(new float[] {0, broken}, 2))
                .matches(rejected -> rejected.code().equals("unusable-vector"));
    }

    @Test
    void refusesAnotherWidth() {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> UnitVector.of(new float[] {1, 0}, 3))
                .withMessageContaining("2 numbers instead of 3");
    }
}
