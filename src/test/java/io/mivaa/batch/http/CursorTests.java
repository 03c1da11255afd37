package io.mivaa.batch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTests {

    @Test
    void comesBackAsThePositionItWasMadeOf() {
        UUID id = UUID.randomUUID();

        assertThat(Cursor.decode(Cursor.encode(id), UUID::fromString)).isEqualTo(id);
        assertThat(Cursor.<Long>decode(Cursor.encode(42L), Long::valueOf)).isEqualTo(42L);
        assertThat(Cursor.encode(null)).isNull();
    }

    @Test
    void isSafeInAUrl() {
        assertThat(Cursor.encode("???>>>~~~ÿÿ")).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @NullAndEmptySource
    void beginsAtTheStartWithoutOne(String cursor) {
        assertThat(Cursor.<Long>decode(cursor, Long::valueOf)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "eA", "a b", "A"})
    void refusesWhatItHasNotMade(String cursor) {
        assertThatThrownBy(() -> Cursor.decode(cursor, Long::valueOf))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.getStatusCode().value()).isEqualTo(400);
                    assertThat(problem.getBody().toString()).contains("invalid-cursor");
                });
    }

    @Test
    void clampsTheLimit() {
        assertThat(Cursor.limit(null)).isEqualTo(50);
        assertThat(Cursor.limit(1)).isEqualTo(1);
        assertThat(Cursor.limit(200)).isEqualTo(200);
        assertThat(Cursor.limit(Integer.MAX_VALUE)).isEqualTo(200);
        assertThatThrownBy(() -> Cursor.limit(0)).isInstanceOf(Problem.class);
    }
}
