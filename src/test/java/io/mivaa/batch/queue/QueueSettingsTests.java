package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class QueueSettingsTests {

    @Test
    void hasDefaultsThatWork() {
        assertThat(bind(Map.of()))
                .isEqualTo(new QueueSettings(
                        "mivaa",
                        List.of(8, 4, 2, 1),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        3));
    }

    @Test
    void refusesWhatMakesNoSense() {
        for (Map.Entry<String, String> wrong : List.of(
                Map.entry("weights", "8,4,2"),
                Map.entry("weights", "8,4,2,0"),
                Map.entry("promote-every", "9ms"),
                Map.entry("reconcile-every", "99ms"),
                Map.entry("redis-pause", "-1ms"),
                Map.entry("outage-grace", "-1ms"),
                Map.entry("outage-grace", "1999ms"),
                Map.entry("reconcile-every", "2501ms"),
                Map.entry("max-crashes", "0"))) {
            assertThatThrownBy(() -> bind(Map.of("mivaa.queue." + wrong.getKey(), wrong.getValue())))
                    .as(wrong.toString())
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void takesTheSmallestValuesThatMakeSense() {
        assertThat(new QueueSettings(
                                "p",
                                List.of(1, 1, 1, 1),
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                Duration.ZERO,
                                Duration.ZERO,
                                1)
                        .maxCrashes())
                .isEqualTo(1);
    }

    @Test
    void keepsItsWeightsWhateverBecomesOfTheList() {
        List<Integer> weights = new ArrayList<>(List.of(8, 4, 2, 1));
        QueueSettings settings = new QueueSettings(
                "p", weights, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 3);

        weights.set(0, 0);

        assertThat(settings.weights()).containsExactly(8, 4, 2, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueSettings(
                        "p",
                        weights,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        3));
    }

    @Test
    void letsCommandsFailInsteadOfWaitingForAConnection() {
        ClientOptions.Builder options = ClientOptions.builder();

        new QueueConfiguration().failFast().customize(options);

        ClientOptions built = options.build();
        assertThat(built.getDisconnectedBehavior()).isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        assertThat(built.getTimeoutOptions().isTimeoutCommands()).isTrue();
        assertThat(built.getRequestQueueSize()).isEqualTo(10_000);
    }

    @Test
    void looksForALostRedisEveryTwoSecondsAtLeast() {
        ClientResources.Builder builder = ClientResources.builder();
        new QueueConfiguration().reconnectSoon().customize(builder);
        ClientResources resources = builder.build();
        try {
            for (int attempt = 0; attempt < 100; attempt++) {
                assertThat(resources.reconnectDelay().createDelay(attempt)).isLessThanOrEqualTo(Duration.ofSeconds(2));
            }
        } finally {
            Future<?> unused = resources.shutdown();
        }
    }

    private static QueueSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mivaa.queue", QueueSettings.class);
    }
}
