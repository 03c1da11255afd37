package io.mivaa.batch.intake.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.FrontDoor;
import io.mivaa.batch.intake.OnlyText;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.intake.body.BatchReader;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.intake.preview.EstimateController.Estimate;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.queue.HintLists;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.results.store.Pace;
import io.mivaa.batch.secrets.Secrets;
import io.mivaa.batch.secrets.TestSecrets;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.SmallPipeline;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

/** What is said of a batch when not all of it can be read, or nobody works. Every line is a chunk here. */
class EstimateTests {

    private final Stores stores = new Stores();
    private final Queues queues = new Queues(stores, RealServers.redisUri());
    private final SmallPipeline steps = new SmallPipeline();
    private final Pipeline pipeline = steps.pipeline();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @BeforeEach
    void open(@TempDir Path folder) {
        context.setParent(stores.beans());
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("mivaa.spool.directory", folder.toString())));
        context.registerBean(JobQueue.class, queues::queue);
        context.registerBean(HintLists.class, queues::lists);
        context.registerBean(Pipeline.class, () -> pipeline);
        context.registerBean(Formats.class, () -> OnlyText.FORMATS);
        context.registerBean(Secrets.class, () -> TestSecrets.secrets());
        context.registerBean(MeterRegistry.class, () -> new SimpleMeterRegistry());
        context.register(SpoolDirectory.class, Pace.class, BatchReader.class, FrontDoor.Wiring.class);
        context.refresh();
        somebodyHasWorked();
    }

    @AfterEach
    void close() {
        context.close();
        queues.close();
    }

    /** A chunk takes half a second, and a living instance works on two documents at a time. */
    private void somebodyHasWorked() {
        stores.succeed(new Success(
                stores.claim(stores.accept("done").queued().get(0)),
                stores.result(),
                false,
                null,
                4,
                Map.of("parsing", 2_000L)));
        stores.jdbc()
                .sql("update result set provider = 'onnx', model = 'all-minilm-l6-v2-q'")
                .update();
    }

    @Test
    void takesTheRestForAlikeWhenHalfOfTheTimeIsOver() throws IOException {
        steps.parsing = (text, file, progress) -> {
            if (steps.parsed.get() == 1) {
                takes(1_600);
            }
        };

        Estimate estimate = estimate(Duration.ofSeconds(3), "one", "two", "ten");

        assertThat(steps.parsed).hasValue(1);
        assertThat(estimate.basis().documentsRead()).isEqualTo(1);
        assertThat(estimate.pages()).isEqualTo(3);
        assertThat(estimate.chunks()).isEqualTo(3);
        assertThat(estimate.tokens()).isEqualTo(9);
        assertThat(estimate.seconds()).isEqualTo(0.8);
    }

    private static void takes(long millis) {
        try {
            assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS))
                    .isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void saysNothingOfADocumentThatTakesTooLongAndLeavesItAtItsNextPage() throws IOException {
        EstimateController controller = controller(Duration.ofMillis(300));
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        steps.parsing = (text, file, progress) -> {
            while (System.nanoTime() - end < 0) {
                progress.pagesRead(1);
            }
        };

        Estimate estimate = controller.estimate(Stores.WORKSPACE, request("endless"));

        assertNothingIsKnown(estimate);
        steps.parsing = SmallPipeline.Step.NOTHING;
        assertThat(controller.estimate(Stores.WORKSPACE, request("one")).documents())
                .as("there is a place again")
                .isEqualTo(1);
    }

    @Test
    void doesNotCountADocumentThatCannotBeReadAtTheMoment() throws IOException {
        steps.parsing = (text, file, progress) -> {
            if (text.equals("away")) {
                throw new TransientFailure("away", "Later.", null);
            }
        };

        Estimate half = estimate(Duration.ofSeconds(10), "here", "away");

        assertThat(half.basis().documentsRead()).isEqualTo(1);
        assertThat(half.chunks()).isEqualTo(2);
        assertNothingIsKnown(estimate(Duration.ofSeconds(10), "away"));
    }

    private static void assertNothingIsKnown(Estimate estimate) {
        assertThat(estimate.documents()).isEqualTo(1);
        assertThat(estimate.refused()).isZero();
        assertThat(estimate.pages()).isNull();
        assertThat(estimate.chunks()).isNull();
        assertThat(estimate.tokens()).isNull();
        assertThat(estimate.seconds()).isNull();
        assertThat(estimate.waitSeconds()).isZero();
        assertThat(estimate.basis().documentsRead()).isZero();
    }

    @Test
    void countsADocumentThatWillBeRefusedAsNoWork() throws IOException {
        steps.parsing = (text, file, progress) -> {
            if (text.equals("hurt")) {
                throw new Rejected("damaged", "It is damaged.");
            }
        };

        Estimate estimate = estimate(Duration.ofSeconds(10), "good", "hurt");

        assertThat(estimate.basis().documentsRead()).isEqualTo(2);
        assertThat(estimate.chunks()).isEqualTo(1);
        assertThat(estimate.seconds()).isEqualTo(0.3);
    }

    @Test
    void knowsThatABatchOfWhichAllIsRefusedIsNoWork() throws IOException {
        Estimate estimate = estimate(Duration.ofSeconds(10), "");

        assertThat(estimate.refused()).isEqualTo(1);
        assertThat(estimate.chunks()).isZero();
        assertThat(estimate.seconds()).isZero();
    }

    @Test
    void tellsNoTimeWhileNobodyWorks() throws IOException {
        stores.jdbc().sql("update worker_instance set draining = true").update();

        Estimate estimate = estimate(Duration.ofSeconds(10), "one");

        assertThat(estimate.chunks()).isEqualTo(1);
        assertThat(estimate.seconds()).isNull();
        assertThat(estimate.waitSeconds()).isNull();
        assertThat(estimate.basis().concurrency()).isZero();
    }

    private Estimate estimate(Duration maxTime, String... texts) throws IOException {
        return controller(maxTime).estimate(Stores.WORKSPACE, request(texts));
    }

    private EstimateController controller(Duration maxTime) {
        PreviewSettings settings = new PreviewSettings(DataSize.ofMegabytes(1), maxTime, 1, Duration.ofSeconds(5));
        return new EstimateController(
                context.getBean(BatchReader.class),
                context.getBean(OptionsCheck.class),
                context.getBean(Admission.class),
                new PreviewReader(pipeline, context.getBean(SpoolDirectory.class), settings),
                context.getBean(Pace.class),
                context.getBean(Depths.class),
                settings);
    }

    private static MockHttpServletRequest request(String... texts) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/batches/estimate");
        request.setContentType(Api.JSON);
        request.setContent(Arrays.stream(texts)
                .map(text -> RunningService.document("a.txt", text))
                .collect(Collectors.joining(",", "{\"documents\": [", "]}"))
                .getBytes(StandardCharsets.UTF_8));
        return request;
    }
}
