package io.mivaa.batch.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mivaa.batch.pipeline.Isolation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ProcessSettingsTests {

    private static final Duration IDLE = Duration.ofMinutes(1);

    @Test
    void aShareOfTheMemoryIsWithinItsBounds() {
        assertThat(new ProcessSettings(true, DataSize.ofBytes(0), IDLE).memory())
                .isBetween(DataSize.ofMegabytes(64), DataSize.ofMegabytes(512));
    }

    @Test
    void refusesTooLittleMemoryAndTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProcessSettings(true, DataSize.ofMegabytes(31), IDLE))
                .withMessageContaining("mivaa.parse.process.memory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProcessSettings(true, DataSize.ofMegabytes(64), Duration.ofMillis(99)))
                .withMessageContaining("mivaa.parse.process.idle");
    }

    @Test
    void parsersCanStayInTheProcessOfTheService() {
        ProcessSettings settings = new ProcessSettings(false, DataSize.ofMegabytes(64), IDLE);

        assertThat(new ProcessConfiguration()
                        .isolation(
                                settings,
                                PlantedParsers.SETUP.parse(),
                                PlantedParsers.SETUP.ocr(),
                                PlantedParsers.SETUP.container()))
                .isSameAs(Isolation.NONE);
    }
}
