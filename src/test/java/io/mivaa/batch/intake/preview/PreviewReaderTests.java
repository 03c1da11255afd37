package io.mivaa.batch.intake.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.Pipeline;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

@Timeout(20)
class PreviewReaderTests {

    /** Neither is asked for in these tests. */
    @SuppressWarnings("NullAway")
    private static final Pipeline NONE = null;

    @SuppressWarnings("NullAway")
    private final PreviewReader reader = new PreviewReader(
            NONE, null, new PreviewSettings(DataSize.ofMegabytes(1), Duration.ofMillis(100), 1, Duration.ofMillis(50)));

    @Test
    void givesWhatComesOfIt() throws Exception {
        assertThat(reader.runTimed(() -> "text")).isEqualTo("text");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> reader.runTimed(() -> {
                    throw new IllegalStateException("its own");
                }));
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> reader.runTimed(() -> {
                    throw new StackOverflowError();
                }));
        assertThat(reader.runTimed(() -> "again")).isEqualTo("again");
    }

    @Test
    void aPreviewThatDoesNotStopKeepsItsPlaceUntilItEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);

        assertThatExceptionOfType(PreviewReader.TooSlow.class)
                .isThrownBy(() -> reader.runTimed(() -> {
                    while (end.getCount() > 0) {
                        if (Thread.interrupted()) {
                            interrupted.countDown();
                        }
                        Thread.onSpinWait();
                    }
                    return "late";
                }));

        assertThat(interrupted.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> reader.runTimed(() -> "x"))
                .matches(busy -> busy.code().equals("busy"));
        end.countDown();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> reader.runTimed(() -> "free").equals("free"));
    }

    @Test
    void stopsWhenItsClientIsInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Problem.class).isThrownBy(() -> reader.runTimed(() -> "x"));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void takesDocumentsOfOneFormatForAlike() {
        DocumentSample sample = new DocumentSample();
        sample.add(document("text/plain", 100), null);

        assertThat(sample.documents()).isEqualTo(1);
        assertThat(sample.chunks(List.of(document("text/plain", 1000)))).isZero();
        assertThat(new DocumentSample().tokens(List.of(document("text/plain", 1000))))
                .isZero();
    }

    private static NewDocument document(String type, long bytes) {
        return new NewDocument(null, "a", null, type, bytes, "", "{}", InputStream::nullInputStream, null);
    }

    @Test
    void refusesSettingsThatCannotWork() {
        DataSize size = DataSize.ofBytes(1);
        Duration time = Duration.ofMillis(1);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PreviewSettings(DataSize.ofBytes(0), time, 1, time));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PreviewSettings(size, Duration.ZERO, 1, time));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PreviewSettings(size, time, 0, time));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PreviewSettings(size, time, 1, Duration.ofMillis(-1)));
    }
}
