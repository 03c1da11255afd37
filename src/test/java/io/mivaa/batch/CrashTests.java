package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RealServers.Database;
import io.mivaa.batch.testkit.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real service, killed in the middle of its work. Whatever was answered with 202 ends, once. */
class CrashTests {

    private static final JsonMapper json = new JsonMapper();
    private static final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @Test
    void endsEveryJobOnceAfterTheServiceWasKilled() {
        Database database = RealServers.emptyDatabase();
        try (var service = ServiceProcess.on(database, RealServers.redisUri())) {
            service.start();
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            String batch = post(service, documents(60, 6));
            soon().until(() -> succeeded(service, batch) >= 5);

            service.kill9();
            long running = count(jdbc, "select count(*) from job where state = 'RUNNING'");
            long done = count(jdbc, "select count(*) from job where state = 'SUCCEEDED'");
            service.start();
            long ready = System.nanoTime();
            soon().until(() -> count(jdbc, "select count(*) from job where state = 'SUCCEEDED'") > done);
            Duration next = Duration.ofNanos(System.nanoTime() - ready);
            System.out.printf("Killed and started again: the next job ended %d ms after ready%n", next.toMillis());

            soon().until(() -> get(service, batch).path("terminal").asBoolean());
            assertThat(next).isLessThan(Duration.ofSeconds(5));
            assertThat(running).isPositive();
            assertThat(get(service, batch).path("state").asString()).isEqualTo("SUCCEEDED");
            assertThat(count(jdbc, "select count(*) from result")).isEqualTo(66);
            assertThat(count(jdbc, "select count(*) from ended_attempt where outcome = 'SUCCEEDED'"))
                    .isEqualTo(66);
            assertThat(count(jdbc, "select count(*) from ended_attempt where outcome = 'LOST'"))
                    .isEqualTo(running);
            assertThat(count(jdbc, "select count(*) from job where crashes = 1"))
                    .isEqualTo(running);
            assertThat(count(jdbc, "select count(*) from job where attempt <> 1"))
                    .isZero();
        }
    }

    @Test
    void anotherInstanceTakesOverWhatAKilledOneHad() {
        Database database = RealServers.emptyDatabase();
        String redis = RealServers.redisUri();
        try (var one = ServiceProcess.on(database, redis).property("mivaa.worker.concurrency", "2");
                var other = ServiceProcess.on(database, redis).property("mivaa.worker.concurrency", "1")) {
            one.start();
            other.start();
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            String batch = post(one, documents(0, 8));
            soon().until(() -> count(jdbc, "select count(*) from job where state = 'RUNNING'") == 3);

            one.kill9();
            long killed = System.nanoTime();
            soon().until(() -> count(jdbc, "select count(*) from ended_attempt where outcome = 'LOST'") == 2);
            Duration taken = Duration.ofNanos(System.nanoTime() - killed);
            System.out.printf("Jobs of a killed instance were taken back after %d ms%n", taken.toMillis());

            assertThat(taken).isLessThan(Duration.ofSeconds(11));
            soon().until(() -> get(other, batch).path("terminal").asBoolean());
            assertThat(get(other, batch).path("state").asString()).isEqualTo("SUCCEEDED");
            assertThat(count(jdbc, "select count(*) from ended_attempt where outcome = 'SUCCEEDED'"))
                    .isEqualTo(8);
        }
    }

    @Test
    void throwsAwayWhatAnInstanceHadThatWasFrozenForLongerThanItsLease() {
        Database database = RealServers.emptyDatabase();
        String redis = RealServers.redisUri();
        try (var one = ServiceProcess.on(database, redis).property("mivaa.worker.concurrency", "1");
                var other = ServiceProcess.on(database, redis).property("mivaa.worker.concurrency", "1")) {
            one.start();
            other.start();
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            String batch = post(one, documents(0, 8));
            soon().until(() -> isFrozenAtWork(one, jdbc));

            soon().until(() -> count(jdbc, "select count(*) from ended_attempt where outcome = 'LOST'") == 1);
            soon().until(() -> get(other, batch).path("terminal").asBoolean());
            assertThat(one.output()).doesNotContain("its outcome is discarded");
            one.sigcont();

            soon().until(() -> one.output().contains("its outcome is discarded"));
            assertThat(get(one, batch).path("state").asString()).isEqualTo("SUCCEEDED");
            assertThat(count(jdbc, "select count(*) from ended_attempt where outcome = 'SUCCEEDED'"))
                    .isEqualTo(8);
            assertThat(count(jdbc, "select count(*) from result")).isEqualTo(8);
            String next = post(one, documents(3, 0));
            soon().until(() -> get(one, next).path("terminal").asBoolean());
        }
    }

    /** Freezes it in the middle of a document, where nothing of it is under way to the database. */
    private static boolean isFrozenAtWork(ServiceProcess service, JdbcClient jdbc) {
        service.sigstop();
        boolean atWork =
                jdbc.sql("""
                        select exists (select from job j join worker_instance w on w.id = j.claimed_by
                                        where w.pid = :pid and j.state = 'RUNNING' and j.stage = 'EMBEDDING')
                        """).param("pid", service.pid()).query(Boolean.class).single();
        if (!atWork) {
            service.sigcont();
        }
        return atWork;
    }

    @Test
    void endsEveryJobThoughItsOwnPostgresWasKilledAndThenItself() throws Exception {
        try (var service = withOwnServers()) {
            service.start();
            String first = post(service, documents(20, 4));
            soon().until(() -> succeeded(service, first) >= 2);

            ProcessHandle.of(postgres()).orElseThrow().destroyForcibly();
            soon().until(() -> get(service, first).path("terminal").asBoolean());
            assertThat(get(service, first).path("counts").path("succeeded").asInt())
                    .isEqualTo(24);
            assertThat(service.output()).contains("ended unexpectedly");

            String second = post(service, documents(new Random(6), 20, 4));
            soon().until(() -> succeeded(service, second) >= 2);
            service.kill9();
            service.start();
            long ready = System.nanoTime();
            int done = succeeded(service, second);
            soon().until(() -> succeeded(service, second) > done);
            Duration next = Duration.ofNanos(System.nanoTime() - ready);
            System.out.printf(
                    "Started again on its own servers: the next job ended %d ms after ready%n", next.toMillis());

            soon().until(() -> get(service, second).path("terminal").asBoolean());
            assertThat(next).isLessThan(Duration.ofSeconds(5));
            assertThat(get(service, second).path("counts").path("succeeded").asInt())
                    .isEqualTo(24);
            assertThat(get(service, first).path("counts").path("succeeded").asInt())
                    .isEqualTo(24);
            assertThat(service.terminate()).isEqualTo(143);
        }
    }

    @Test
    void burnsNothingWhenItIsAskedToEnd() {
        Database database = RealServers.emptyDatabase();
        try (var service = ServiceProcess.on(database, RealServers.redisUri())
                .property("mivaa.worker.drain", "200ms")
                .property("mivaa.worker.concurrency", "2")) {
            service.start();
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            post(service, documents(0, 6));
            soon().until(() -> count(jdbc, "select count(*) from job where stage = 'EMBEDDING'") > 0);

            long asked = System.nanoTime();
            assertThat(service.terminate()).isEqualTo(143);
            Duration stopped = Duration.ofNanos(System.nanoTime() - asked);
            System.out.printf("Asked to end in the middle of a batch, it ended after %d ms%n", stopped.toMillis());

            assertThat(stopped).isLessThan(Duration.ofSeconds(8));
            assertThat(count(jdbc, "select count(*) from ended_attempt where outcome = 'HANDED_BACK'"))
                    .isPositive();
            assertThat(count(jdbc, "select count(*) from job where state = 'RUNNING'"))
                    .isZero();
            assertThat(count(jdbc, "select count(*) from job where state = 'QUEUED' and (attempt > 0 or crashes > 0)"))
                    .isZero();
            assertThat(count(jdbc, "select count(*) from worker_instance where lease_until > now()"))
                    .isZero();
        }
    }

    private ServiceProcess withOwnServers() {
        return ServiceProcess.withoutServers()
                .property("mivaa.embedded.directory", directory.toString())
                .property("mivaa.embedded.binaries", RealServers.binaries().toString());
    }

    /** The process that the file of the embedded server names. */
    private long postgres() throws IOException {
        try (var files = Files.walk(directory)) {
            Path pid = files.filter(file -> file.endsWith("postmaster.pid"))
                    .findAny()
                    .orElseThrow();
            return Long.parseLong(Files.readAllLines(pid).get(0).strip());
        }
    }

    /** Different texts: small ones of a chunk or two, and large ones that take a second or so. */
    private static List<Map<String, String>> documents(int small, int large) {
        return documents(new Random(5), small, large);
    }

    /** Other texts for another random: what was done before is only looked up. */
    private static List<Map<String, String>> documents(Random random, int small, int large) {
        return IntStream.range(0, small + large)
                .mapToObj(i -> Map.of("filename", "note-" + i + ".txt", "text", text(random, i < small ? 60 : 6_000)))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String text(Random random, int words) {
        return IntStream.range(0, words)
                .mapToObj(i -> Integer.toString(random.nextInt(36 * 36 * 36), 36) + (i % 12 == 11 ? ".\n\n" : ""))
                .collect(Collectors.joining(" "));
    }

    private static String post(ServiceProcess service, List<Map<String, String>> documents) {
        HttpRequest request = HttpRequest.newBuilder(service.uri("/api/v1/batches"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(Map.of("documents", documents))))
                .build();
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json.readTree(answer.body()).path("id").asString();
    }

    private static JsonNode get(ServiceProcess service, String batch) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(service.uri("/api/v1/batches/" + batch))
                .timeout(Duration.ofSeconds(10))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static int succeeded(ServiceProcess service, String batch) {
        return get(service, batch).path("counts").path("succeeded").asInt();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long count(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    /** While PostgreSQL is away the service answers with 503 and the like; that is no failure yet. */
    private static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(failure -> true);
    }
}
