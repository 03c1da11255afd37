package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PlacesTests {

    private static final Workspace ONE = new Workspace("one");
    private static final Workspace TWO = new Workspace("two");
    private static final Workspace THREE = new Workspace("three");

    private final Places places = new Places(
            new EventSettings(Duration.ofMillis(100), Duration.ofSeconds(15), 3, 2, DataSize.ofKilobytes(64)));

    @Test
    void boundsTheStreamsOfAWorkspace() {
        places.take(ONE);
        places.take(ONE);

        assertRefused(ONE, 429, "too-many-streams");
        places.take(TWO);
    }

    @Test
    void boundsTheStreamsOfAll() {
        places.take(ONE);
        places.take(ONE);
        places.take(TWO);

        assertRefused(THREE, 503, "streams-full");
    }

    @Test
    void hasRoomAgainWhenAStreamHasEnded() {
        places.take(ONE);
        places.take(ONE);
        places.giveBack(ONE);

        places.take(ONE);

        assertRefused(ONE, 429, "too-many-streams");
    }

    private void assertRefused(Workspace workspace, int status, String code) {
        assertThatThrownBy(() -> places.take(workspace)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.getStatusCode().value()).isEqualTo(status);
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.getHeaders().getFirst("Retry-After")).isEqualTo("10");
        });
    }
}
