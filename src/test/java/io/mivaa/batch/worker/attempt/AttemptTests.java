package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An attempt that ends well. */
@ExtendWith(OutputCaptureExtension.class)
class AttemptTests {

    private static final String SECRET = "the-text-of-the-document";

    private final Stores stores = new Stores();
    /** Its provider is never left alone, so that every failure is the attempt's own. */
    private final Bench bench =
            new Bench(stores, "in-call-retry-limit", "20ms", "breaker.window", "100", "breaker.minimum-calls", "100");

    private final JobId job = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);

    @AfterEach
    void clear() {
        bench.close();
    }

    @Test
    void storesTheResultAndTheStateTogether(CapturedOutput output) {
        bench.run(job);

        Job done = stores.job(job);
        assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(done.reused()).isFalse();
        assertThat(done.pages()).isEqualTo(1);
        assertThat(done.chunks()).isEqualTo(3);
        assertThat(done.embedded()).isEqualTo(3);
        assertThat(bench.results()).isEqualTo(1);
        assertThat(bench.only(job).outcome()).isEqualTo("SUCCEEDED");
        assertThat(bench.only(job).timings())
                .containsOnlyKeys("waiting", "parsing", "chunking", "embedding", "storing");
        assertThat(Bench.linesAbout(job, output))
                .singleElement()
                .asString()
                .contains("succeeded in attempt 1 with 3 chunks");
        assertThat(output).doesNotContain(SECRET);
    }

    @Test
    void tellsTheMeters() {
        bench.run(job);

        assertThat(bench.meters.counter("mivaa.attempts.started").count()).isEqualTo(1);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(1);
        assertThat(bench.meters.counter("mivaa.chunks.embedded").count()).isEqualTo(3);
        assertThat(bench.meters.counter("mivaa.tokens.embedded").count()).isEqualTo(SECRET.length() + 3 + 5);
        assertThat(bench.meters.get("mivaa.queue.wait").timer().count()).isEqualTo(1);
        for (String stage : List.of("parsing", "chunking", "embedding", "storing")) {
            assertThat(bench.meters
                            .get("mivaa.stage.duration")
                            .tag("stage", stage)
                            .timer()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(bench.busy()).isZero();
        assertThat(bench.meters.get("mivaa.workers.threads").gauge().value()).isPositive();
    }

    @Test
    void leavesNoFileAndNoContextBehind() throws IOException {
        bench.run(job);

        assertThat(files()).isEmpty();
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void removesWhateverTheParserLeavesBesideTheDocument() throws IOException {
        AtomicReference<@Nullable Path> folder = new AtomicReference<>();
        bench.steps.parsing = (text, file, progress) -> {
            try {
                folder.set(file.getParent());
                Files.delete(file);
                Files.createFile(Files.createDirectory(file).resolve("inside"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(folder.get()).isNotNull().doesNotExist();
    }

    @Test
    void reusesTheResultOfTheSameBytesWithTheSameSettings(CapturedOutput output) {
        JobId again = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);
        bench.run(job);

        bench.run(again);

        assertThat(stores.job(again).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(stores.job(again).reused()).isTrue();
        assertThat(stores.job(again).chunks()).isEqualTo(3);
        assertThat(bench.steps.parsed).hasValue(1);
        assertThat(bench.results()).isEqualTo(1);
        assertThat(bench.meters.counter("mivaa.chunks.embedded").count()).isEqualTo(3);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(2);
        assertThat(output).contains("with an earlier result");
    }

    @Test
    void saysThatTheBytesWereNotKept() {
        stores.jdbc().sql("delete from document_content").update();

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.DEAD);
        assertThat(bench.error(job)).startsWith("INVALID_INPUT content-not-kept");
        assertThat(bench.steps.parsed).hasValue(0);
    }

    private List<java.nio.file.Path> files() throws IOException {
        try (var files = Files.walk(bench.spool)) {
            return files.filter(file -> file.toString().endsWith(".document")).toList();
        }
    }
}
