package io.mivaa.batch.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RetentionSettingsTests {

    @Test
    void keepsWhatIsTheOwnersForEver() {
        RetentionSettings settings = bound(Map.of());

        assertThat(settings.batches()).isNull();
        assertThat(settings.contents()).isNull();
        assertThat(settings.deadLetters()).isNull();
        assertThat(settings.attempts()).hasDays(90);
        assertThat(settings.idempotencyKeys()).hasHours(24);
    }

    @Test
    void removesTheKindsThatAreQuicklyDoneFirst() {
        assertThat(bound(Map.of()).periods().keySet()).startsWith("instances", "files");
    }

    @ParameterizedTest
    @CsvSource({
        "every, 999ms",
        "batches, 59s",
        "contents, -1d",
        "attempts, 0s",
        "dead-letters, 1s",
        "idempotency-keys, -1s",
        "instances, 59s",
        "temporary-files, 59m",
        "embeddings, 23h",
        "max-embeddings, -1"
    })
    void refusesAnAgeThatIsTooShort(String name, String value) {
        assertThatThrownBy(() -> bound(Map.of("mivaa.retention." + name, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    private static RetentionSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("mivaa.retention", RetentionSettings.class);
    }
}
