package io.mivaa.batch.intake.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class IntakeSettingsTests {

    @Test
    void hasDefaults() {
        IntakeSettings settings = bound(Map.of());

        assertThat(settings.maxDocumentSize().toMegabytes()).isEqualTo(100);
        assertThat(settings.maxRequestSize().toGigabytes()).isEqualTo(2);
        assertThat(settings.defaultAttempts()).isEqualTo(5);
        assertThat(settings.maxWait()).hasSeconds(60);
        assertThat(settings.maxOpenJobs()).isEqualTo(1_000_000);
        assertThat(settings.maxOpenJobsPerWorkspace()).isEqualTo(500_000);
    }

    @ParameterizedTest
    @CsvSource({
        "max-document-size, 0B",
        "max-document-size, 2GB",
        "max-request-size, 99MB",
        "max-documents, 0",
        "max-streamed-documents, 0",
        "max-password-length, 0",
        "max-password-length, 4097",
        "default-attempts, 0",
        "default-attempts, 21",
        "max-wait, -1s",
        "max-open-jobs, 0",
        "max-open-jobs-per-workspace, 0",
        "max-retry-after, 999ms",
        "min-free-disk, -1B",
        "max-metadata-size, 1B"
    })
    void refusesWhatMakesNoSense(String name, String value) {
        assertThatThrownBy(() -> bound(Map.of("mivaa.intake." + name, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    private static IntakeSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("mivaa.intake", IntakeSettings.class);
    }
}
