package io.mivaa.batch.worker.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.worker.attempt.Bench;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class AbandonedTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Abandoned abandoned = new Abandoned(Bench.settings("max-abandoned", "1"), meters);

    @Test
    void replacesAsManyThreadsAsAreAllowed() {
        abandoned.add();

        assertThat(abandoned.replace()).isTrue();
        assertThat(abandoned.health().getStatus()).isEqualTo(Status.UP);
        assertThat(meters.get("mivaa.workers.abandoned").gauge().value()).isEqualTo(1);
    }

    @Test
    void isDownWhenThereAreMore() {
        abandoned.add();
        abandoned.add();

        assertThat(abandoned.replace()).isFalse();
        assertThat(abandoned.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(abandoned.health().getDetails()).containsEntry("abandoned", 2);
    }

    @Test
    void givesTheSlotBackWhenOneEndsAfterAll() {
        abandoned.add();
        abandoned.add();
        abandoned.replace();

        assertThat(abandoned.remove()).isTrue();
        assertThat(abandoned.remove()).isFalse();
        assertThat(abandoned.threads()).isZero();
        assertThat(abandoned.health().getStatus()).isEqualTo(Status.UP);
    }
}
