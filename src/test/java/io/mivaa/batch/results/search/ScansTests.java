package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.http.Problem;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScansTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ExecutorService others = Executors.newFixedThreadPool(2);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
        others.shutdownNow();
    }

    @Test
    void refusesOneMoreThanMayRunAtATime() throws Exception {
        Scans scans = new Scans(new SearchSettings(2, 20_000, Duration.ofMillis(50)), meters);
        occupy(scans);
        occupy(scans);

        assertThatThrownBy(() -> scans.run(() -> "found")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.getStatusCode().value()).isEqualTo(503);
            assertThat(problem.code()).isEqualTo("busy");
            assertThat(problem.getHeaders().getFirst("Retry-After")).isEqualTo("1");
        });
        assertThat(meters.get("mivaa.search.refused").counter().count()).isEqualTo(1);
    }

    @Test
    void waitsForItsTurn() throws Exception {
        Scans scans = new Scans(new SearchSettings(1, 20_000, Duration.ofSeconds(30)), meters);
        occupy(scans);
        Future<String> waiting = others.submit(() -> scans.run(() -> "found"));
        end.countDown();

        assertThat(waiting.get()).isEqualTo("found");
    }

    @Test
    void givesItsTurnBackWhenAScanFails() {
        Scans scans = new Scans(new SearchSettings(1, 20_000, Duration.ZERO), meters);

        assertThatThrownBy(() -> scans.run(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(scans.run(() -> "found")).isEqualTo("found");
    }

    private void occupy(Scans scans) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Future<?> unused = others.submit(() -> scans.run(() -> {
            running.countDown();
            try {
                return end.await(30, java.util.concurrent.TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }));
        running.await();
    }
}
