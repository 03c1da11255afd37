package io.mivaa.batch.results.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTests {

    @Test
    void storesTheLowestByteFirst() {
        // 1.5f is 0x3FC00000
        assertThat(Vectors.encode(new float[] {1.5f})).containsExactly(0, 0, 0xC0, 0x3F);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 384})
    void multipliesWithoutDecoding(int dimensions) {
        float[] one = new float[dimensions];
        float[] two = new float[dimensions];
        double expected = 0;
        for (int i = 0; i < dimensions; i++) {
            one[i] = (float) Math.sin(i + 1);
            two[i] = (float) Math.cos(i * 3);
            expected += (double) one[i] * two[i];
        }

        assertThat((double) Vectors.dot(one, Vectors.encode(two))).isCloseTo(expected, Offset.offset(1e-4));
    }

    @Test
    void readsBackWhatItWrote() {
        float[] vector = {0.1f, -0.2f, Float.MIN_VALUE};
        float[] read = new float[3];

        Objects.requireNonNull(Vectors.decode(Vectors.encode(vector))).get(read);

        assertThat(read).isEqualTo(vector);
    }

    @Test
    void comparesNoVectorsOfDifferentWidth() {
        assertThatIllegalArgumentException().isThrownBy(() -> Vectors.dot(new float[3], Vectors.encode(new float[4])));
    }
}
