package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.testkit.RealServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What Retry-After promises, compared with how long it really takes. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"mivaa.worker.enabled=false", "mivaa.intake.max-open-jobs-per-workspace=200"})
@DirtiesContext
class DrainingQueueTests {

    private static final int MILLIS_PER_JOB = 50;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Claims claims;

    @Autowired
    private Settling settling;

    @Autowired
    private Instances instances;

    private final InstanceId instance = InstanceId.create();

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @Test
    void tellsWithinAFactorOfTwoWhenABatchWillFit(@LocalServerPort int port) {
        Api api = new Api(port);
        RunningService.accepted(api.post("/batches", batch(200)));
        // Alive, or the reconciler would take its jobs back.
        instances.register(instance, "here", 1, 1, Duration.ofHours(1));
        ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
        try {
            ScheduledFuture<?> work =
                    worker.scheduleAtFixedRate(this::endOne, 0, MILLIS_PER_JOB, TimeUnit.MILLISECONDS);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> open() <= 170);

            Api.Response refused = api.post("/batches", batch(120));
            long start = System.nanoTime();
            RunningService.problem(refused, 429, "quota-exceeded");
            double promised = Double.parseDouble(refused.header("Retry-After"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> api.post("/batches", batch(120)).status() == 202);
            double taken = (System.nanoTime() - start) / 1e9;
            System.out.printf("Retry-After was %.0f s, there was room after %.1f s%n", promised, taken);

            assertThat(promised).isBetween(taken / 2, taken * 2);
            assertThat(work.isDone()).as("the worker failed").isFalse();
        } finally {
            worker.shutdownNow();
        }
    }

    private void endOne() {
        List<JobId> next =
                jdbc
                        .sql("select id from job where state = 'QUEUED' order by seq limit 1")
                        .query(UUID.class)
                        .list()
                        .stream()
                        .map(JobId::new)
                        .toList();
        for (Claim claim : claims.take(next, instance, Claims.ANY_CRASHES)) {
            settling.bury(claim, Failure.invalidInput("no-text", "There is no text."), JobStage.PARSING, Map.of());
        }
    }

    private int open() {
        return jdbc.sql("select sum(queued + running)::int from batch")
                .query(Integer.class)
                .single();
    }

    private static String batch(int documents) {
        return IntStream.range(0, documents)
                .mapToObj(i -> RunningService.document("d" + i + ".txt", RunningService.sentence()))
                .collect(Collectors.joining(",", "{\"documents\": [", "]}"));
    }
}
