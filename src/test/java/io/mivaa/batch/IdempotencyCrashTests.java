package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RealServers.Database;
import io.mivaa.batch.testkit.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** A client whose service is killed while it accepts asks again, here and there, and gets one batch. */
class IdempotencyCrashTests {

    private static final int ROUNDS = 3;
    private static final int DOCUMENTS = 2_000;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Random random = new Random(11);

    @Test
    void acceptsOneBatchForAKeyThoughItsServiceIsKilledMeanwhile() {
        Database database = RealServers.emptyDatabase();
        String redis = RealServers.redisUri();
        try (var one = ServiceProcess.on(database, redis).property("mivaa.worker.enabled", "false");
                var other = ServiceProcess.on(database, redis).property("mivaa.worker.enabled", "false")) {
            one.start();
            other.start();
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            // The first request of a process is slow; the times of the kills are drawn from those of later ones.
            String warm = body("warm");
            assertThat(post(one, "warm", warm).statusCode()).isEqualTo(202);
            long start = System.nanoTime();
            assertThat(post(one, "warmer", body("warmer")).statusCode()).isEqualTo(202);
            long usual = System.nanoTime() - start;

            int unanswered = 0;
            for (int round = 0; round < ROUNDS; round++) {
                unanswered += killWhileAccepting(jdbc, one, other, "round-" + round, usual) ? 1 : 0;
            }
            assertThat(unanswered)
                    .as("rounds in which the kill came before the answer")
                    .isPositive();
        }
    }

    /** @return whether the first request got no answer */
    private boolean killWhileAccepting(
            JdbcClient jdbc, ServiceProcess one, ServiceProcess other, String key, long usual) {
        String body = body(key);
        CompletableFuture<HttpResponse<String>> first =
                http.sendAsync(request(one, key, body), HttpResponse.BodyHandlers.ofString());
        // When a process is to die is what this draws, not a condition to wait for.
        LockSupport.parkNanos((long) (usual * (0.1 + random.nextDouble())));
        CompletableFuture<HttpResponse<String>> meanwhile =
                http.sendAsync(request(other, key, body), HttpResponse.BodyHandlers.ofString());
        one.kill9();
        boolean unanswered = first.handle((answer, failure) -> failure != null).join();

        assertThat(meanwhile.join().statusCode()).as(meanwhile.join().body()).isIn(202, 409);
        String batch = accepted(other, key, body);
        one.start();
        assertThat(accepted(one, key, body)).isEqualTo(batch);

        assertThat(jdbc.sql("select id::text from batch where name = :name")
                        .param("name", key)
                        .query(String.class)
                        .list())
                .containsExactly(batch);
        assertThat(jdbc.sql("select count(*) from job where batch_id = :batch::uuid")
                        .param("batch", batch)
                        .query(Integer.class)
                        .single())
                .isEqualTo(DOCUMENTS);
        assertThat(post(one, key, body(key + "-changed")).statusCode()).isEqualTo(422);
        return unanswered;
    }

    /** Asks until nobody is at the key any more: the connection of a killed process ends a moment after it. */
    private String accepted(ServiceProcess service, String key, String body) {
        HttpResponse<String> answer = Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> post(service, key, body), response -> response.statusCode() != 409);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JsonMapper().readTree(answer.body()).path("id").asString();
    }

    private static String body(String name) {
        return IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> "{\"filename\": \"" + i + ".txt\", \"text\": \"Oak number " + i + " of " + name + "\"}")
                .collect(Collectors.joining(",", "{\"name\": \"" + name + "\", \"documents\": [", "]}"));
    }

    private HttpResponse<String> post(ServiceProcess service, String key, String body) {
        try {
            return http.send(request(service, key, body), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest request(ServiceProcess service, String key, String body) {
        return HttpRequest.newBuilder(service.uri("/api/v1/batches"))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
