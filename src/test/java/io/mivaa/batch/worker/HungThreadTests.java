package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Steps that really spin, deaf to every interrupt. */
@ExtendWith(OutputCaptureExtension.class)
class HungThreadTests extends PoolFixture {

    @Test
    void replacesAThreadThatNothingStops(CapturedOutput output) {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(
                stores,
                queues,
                "concurrency",
                "1",
                "job-timeout",
                "100ms",
                "abandon-after",
                "100ms",
                "heartbeat",
                "50ms",
                "retry.timeout.attempts",
                "1");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> {
            if (text.equals("hangs")) {
                Bench.deafTo(go);
            }
        };
        Accepted one = stores.accept("hangs");
        JobId hung = one.queued().get(0);
        pool.pool().start();
        queues.queue().push(Stores.lane(one.batch(), Priority.NORMAL), List.of(hung));

        Bench.soon().until(() -> stores.job(hung).state() == JobState.DEAD);

        assertThat(pool.bench().error(hung)).startsWith("TIMEOUT attempt-timeout");
        assertThat(threads()).anyMatch(name -> name.startsWith("abandoned-worker-"));
        assertThat(pool.bench().abandoned.health().getStatus()).isEqualTo(Status.UP);
        Accepted others = accept(stores, queues, 5);
        awaitAll(stores, others);
        assertThat(pool.bench().abandoned.threads()).isEqualTo(1);
        assertThat(output).contains("its thread is given up");

        go.countDown();
        Bench.soon().until(() -> pool.bench().abandoned.threads() == 0);
        awaitAll(stores, accept(stores, queues, 5));
        assertThat(stores.job(hung).state()).isEqualTo(JobState.DEAD);
        assertThat(outcomes(stores)).containsExactly("DEAD 1", "SUCCEEDED 10");
        assertThat(threads()).noneMatch(name -> name.startsWith("abandoned-worker-"));
    }

    @Test
    void isBrokenWhenTooManyThreadsHang() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(
                stores,
                queues,
                "concurrency",
                "1",
                "job-timeout",
                "100ms",
                "abandon-after",
                "0s",
                "max-abandoned",
                "0",
                "retry.timeout.attempts",
                "1");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.deafTo(go);
        Accepted batch = accept(stores, queues, 2);
        pool.pool().start();

        Bench.soon().until(() -> stores.batch(batch.batch()).counts().dead() == 1);

        assertThat(pool.bench().abandoned.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(stores.batch(batch.batch()).counts().queued()).isEqualTo(1);
        go.countDown();
        Bench.soon().until(() -> stores.batch(batch.batch()).counts().succeeded() == 1);
        assertThat(pool.bench().abandoned.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void stopsAtOnceThoughAThreadWasGivenUp() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "job-timeout", "100ms", "abandon-after", "0s", "drain", "20s");
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> Bench.deafTo(go);
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();
        Bench.soon().until(() -> stores.job(batch.queued().get(0)).state() == JobState.RETRYING);

        long before = System.nanoTime();
        pool.pool().stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        go.countDown();
    }

    @Test
    void throwsAwayWhatAHungThreadHadLost() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "abandon-after", "100ms", "progress-every", "50ms");
        Bench.Gate gate = pool.bench().holdDocumentsDeafly(1);
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();
        gate.awaitAll();

        stores.cancellation().cancel(Stores.WORKSPACE, batch.queued().get(0));

        Bench.soon().until(() -> pool.bench().attempts("lost", "none") == 1);
        assertThat(pool.bench().fenced("progress")).isEqualTo(1);
        gate.open();
        Bench.soon().until(() -> pool.bench().abandoned.threads() == 0);
        assertThat(pool.bench().fenced("commit")).isZero();
        assertThat(outcomes(stores)).containsExactly("CANCELLED 1");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
