package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import io.mivaa.batch.worker.watch.Heartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An embedding provider over HTTP that fails, limits and recovers, before real attempts on a real database. */
class ParkingTests {

    private final Stores stores = new Stores();
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer provider = provider();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        provider.stop(0);
    }

    private HttpServer provider() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                requests.incrementAndGet();
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(status.get(), -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void call() {
        int answer;
        try {
            URI address = URI.create("http://127.0.0.1:" + provider.getAddress().getPort());
            answer = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new TransientFailure("embedding-failed", "No answer.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (answer == 429) {
            throw new TransientFailure("embedding-limited", "Too many.", Duration.ofSeconds(1), null);
        }
        if (answer != 200) {
            throw new TransientFailure("embedding-failed", "Answered " + answer, null);
        }
    }

    private Bench bench(String... settings) {
        Bench bench = new Bench(stores, settings);
        bench.steps.embedding = this::call;
        return bench;
    }

    @Test
    void anOutageOfManyRoundsGivesNoJobUpAndParsesNothingInVain() {
        try (Bench bench = bench("in-call-retry-limit", "20ms", "breaker.open-time", "1h")) {
            JobId job = stores.accept("one").queued().get(0);
            status.set(503);
            bench.run(job);
            bench.promote();
            bench.run(job);
            int parsed = bench.steps.parsed.get();
            assertThat(stores.job(job).attempt()).isEqualTo(1);

            for (int round = 0; round < 130; round++) {
                bench.promote();
                bench.run(job);
            }

            Job parked = stores.job(job);
            assertThat(parked.state()).isEqualTo(JobState.RETRYING);
            assertThat(parked.attempt()).isEqualTo(1);
            assertThat(Objects.requireNonNull(parked.error()).code()).isEqualTo("provider-unavailable");
            assertThat(bench.steps.parsed).hasValue(parsed);
            assertThat(requests).hasValue(5);
            assertThat(bench.attempts("retrying", "transient")).isEqualTo(132);
            List<JobAttempt> attempts = stores.jobs().attempts(Stores.WORKSPACE, job);
            assertThat(attempts)
                    .extracting(
                            attempt -> Objects.requireNonNull(attempt.error()).code())
                    .containsExactly("embedding-failed", "provider-unavailable", "provider-unavailable");
            assertThat(attempts.get(2).fence()).isEqualTo(132);
        }
    }

    @Test
    void whatARateLimitCostsIsNotCountedInParkings() {
        try (Bench bench = bench()) {
            JobId job = stores.accept("one").queued().get(0);
            status.set(429);
            bench.run(job);
            bench.promote();
            bench.run(job);

            assertThat(stores.jdbc()
                            .sql("select penalties from job")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
            assertThat(stores.job(job).attempt()).isZero();
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void parkedJobsReturnWithinTheOpenTimeAndASecondOfTheRecovery() {
        try (Bench bench = bench(
                        "in-call-retry-limit",
                        "20ms",
                        "breaker.open-time",
                        "3s",
                        "concurrency",
                        "4",
                        "retry.transient.base",
                        "100ms");
                Queues queues = new Queues(stores, RealServers.redisUri())) {
            status.set(503);
            Acceptance.Accepted batch = accept(queues, 50);
            WorkerPool pool = started(bench, queues);
            try {
                Bench.soon()
                        .until(() -> stores.batch(batch.batch()).counts().retrying() == 50
                                && count("select count(*) from job where error_code = 'provider-unavailable'") == 50);
                status.set(200);
                long recovered = System.nanoTime();
                Bench.soon().until(() -> stores.batch(batch.batch()).counts().succeeded() > 4);
                assertThat(Duration.ofNanos(System.nanoTime() - recovered)).isLessThan(Duration.ofSeconds(4));
                Bench.soon().until(() -> stores.batch(batch.batch()).counts().succeeded() == 50);
            } finally {
                pool.stop();
            }
            assertThat(count("select count(*) from job where attempt > 3")).isZero();
        }
    }

    @Test
    void aStormOfRateLimitsBurnsNoAttemptAndIsNotRunIntoByEachJob() {
        try (Bench bench = bench("concurrency", "4");
                Queues queues = new Queues(stores, RealServers.redisUri())) {
            status.set(429);
            Acceptance.Accepted batch = accept(queues, 100);
            long started = System.nanoTime();
            WorkerPool pool = started(bench, queues);
            try {
                Bench.soon().until(() -> stores.batch(batch.batch()).counts().retrying() == 100);
                Bench.soon().until(() -> requests.get() > 4);
                int limited = requests.get();
                long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds() + 1;
                status.set(200);
                Bench.soon().until(() -> stores.batch(batch.batch()).counts().succeeded() == 100);
                // Whoever is limited holds back all others for a second but those whose call is under way.
                assertThat((long) limited).isLessThanOrEqualTo(4 * seconds);
            } finally {
                pool.stop();
            }
            assertThat(count("select count(*) from job where attempt <> 1")).isZero();
        }
    }

    private Acceptance.Accepted accept(Queues queues, int documents) {
        Acceptance.Accepted batch = stores.accept(
                IntStream.range(0, documents).mapToObj(i -> "document " + i).toArray(String[]::new));
        queues.queue().push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued());
        return batch;
    }

    private WorkerPool started(Bench bench, Queues queues) {
        var heartbeat = new Heartbeat(stores.instances(), stores.heldClaims(), InstanceId.create(), bench.settings);
        WorkerPool pool = PoolFixture.pool(bench, queues, heartbeat, 1).pool();
        pool.start();
        return pool;
    }

    private long count(String sql) {
        return stores.jdbc().sql(sql).query(Long.class).single();
    }
}
