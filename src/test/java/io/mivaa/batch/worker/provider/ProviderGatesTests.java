package io.mivaa.batch.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.testkit.SmallPipeline;
import io.mivaa.batch.worker.attempt.Bench;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ProviderGatesTests {

    private final ProviderGates gates = new ProviderGates(
            new SmallPipeline().pipeline(),
            Bench.settings().breaker(),
            Clock.systemUTC(),
            new Random(1),
            new SimpleMeterRegistry());

    @Test
    void leaveTheModelAndItsTokensAsTheyAre() {
        Embedder guarded = gates.pipeline().embedder("onnx/all-minilm-l6-v2-q");

        assertThat(guarded.model().dimensions()).isEqualTo(2);
        assertThat(guarded.count("four")).isEqualTo(4);
        assertThat(guarded.embed(List.of("a", "b"))).hasSize(2);
    }

    @Test
    void letEverybodyPassToAProviderThatIsNotThere() throws IOException {
        assertThat(gates.<String>through("gone", () -> "ran")).isEqualTo("ran");
    }

    @Test
    void showTheirStatesInAHealthThatStaysUp() {
        Health health = new ProviderHealth(gates).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("onnx", "closed");
    }
}
