package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.pipeline.process.PlantedParsers;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** Two workers whose parsers, in processes of their own, do what hostile documents make them do. */
class HostileDocumentTests extends PoolFixture {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private Pool pool(Stores stores, Queues queues) {
        Pool pool = pool(
                stores,
                queues,
                "concurrency",
                "2",
                "job-timeout",
                LIMIT.toMillis() + "ms",
                "job-timeout-per-megabyte",
                "0s",
                "heartbeat",
                "50ms",
                "retry.timeout.attempts",
                "1",
                "retry.resource.attempts",
                "1",
                "retry.internal.attempts",
                "1");
        pool.bench().steps.other = PlantedParsers.isolation(opened).isolate(PlantedParsers.parser());
        return pool;
    }

    @Test
    void eachCostsItsOwnJobOnly() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        Accepted hostile = accept(stores, queues, "loop", "memory", "stack", "halt", "garbage");
        Accepted others = accept(stores, queues, 100);

        pool.pool().start();

        Bench.soon()
                .atMost(Duration.ofSeconds(60))
                .until(() -> stores.batch(hostile.batch()).counts().dead() == 5);
        assertThat(hostile.queued().stream().map(pool.bench()::error).map(HostileDocumentTests::code))
                .containsExactly(
                        "TIMEOUT attempt-timeout",
                        "RESOURCE out-of-memory",
                        "INTERNAL internal",
                        "RESOURCE parser-crashed",
                        "RESOURCE parser-crashed");
        awaitAll(stores, others);
        assertThat(pool.bench().abandoned.threads()).isZero();
        assertThat(pool.bench().abandoned.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void theInstanceIsAtFullCapacityAgainTenSecondsAfterTheLimit() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        Accepted hostile = accept(stores, queues, "loop", "loop");
        pool.pool().start();
        Bench.soon()
                .until(() -> hostile.queued().stream()
                        .allMatch(job -> stores.job(job).state() == JobState.RUNNING));

        Accepted others = accept(stores, queues, 100);

        Bench.soon()
                .atMost(LIMIT.plusSeconds(10))
                .until(() -> stores.batch(others.batch()).counts().succeeded() == 100);
        assertThat(stores.batch(hostile.batch()).counts().dead()).isEqualTo(2);
    }

    @Test
    void theFilesOfAKilledParserAreRemoved() throws IOException {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues);
        Path spool =
                Objects.requireNonNull(pool.bench().spoolDirectory.newFolder().getParent());
        List<String> before = names(spool);
        Accepted hostile = accept(stores, queues, "litter");
        pool.pool().start();

        Bench.soon().until(() -> stores.job(hostile.queued().get(0)).state() == JobState.DEAD);

        assertThat(names(spool)).isEqualTo(before);
    }

    private static Accepted accept(Stores stores, Queues queues, String... documents) {
        Accepted batch = stores.accept(documents);
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        return batch;
    }

    private static String code(String error) {
        return error.substring(0, error.indexOf(':'));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
