package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.chaos.Sleeper.Fate;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RealServers.Database;
import io.mivaa.batch.testkit.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two processes of the service, one of which is a version on: it migrates the schema while the other works, both work
 * on the same batch, and then the older one is replaced. There is one version yet, so the newer one is this one with a
 * migration more.
 */
class RollingRestartTests {

    private static final int THREADS = 4;

    private final Database database = RealServers.emptyDatabase();
    private final String redis = RealServers.redisUri();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());

    @TempDir
    private Path folder;

    @Test
    void costsNoDocumentAnAttemptWhileOldAndNewWorkTogether() throws Exception {
        String migrations = "classpath:db/migration,filesystem:" + newerMigration();
        try (ServiceProcess older = service();
                ServiceProcess newer = service().property("spring.flyway.locations", migrations)) {
            older.start();
            post(older, 60, 300);
            newer.start();
            // Which of them takes a job is chance.
            await(() -> {
                post(older, 2 * THREADS, 300);
                return count("select count(distinct succeeded_by) from job") == 2;
            });
            post(newer, 2 * THREADS, 4_000);
            await(() ->
                    count("select count(*) from job where state = 'RUNNING' and filename like '4000%'") == 2 * THREADS);

            assertThat(older.terminate()).as(older.output()).isEqualTo(143);
            older.property("spring.flyway.locations", migrations).start();

            await(() -> count("select count(*) from batch where finished_at is null") == 0);
        }

        assertThat(count("select count(*) from flyway_schema_history where version = '1000'"))
                .isEqualTo(1);
        assertThat(jdbc.sql("select distinct state, attempt, crashes from job")
                        .query()
                        .listOfRows())
                .containsExactly(Map.of("state", "SUCCEEDED", "attempt", 1, "crashes", 0));
        assertThat(count("select count(*) from job")).isGreaterThanOrEqualTo(60 + 4 * THREADS);
        assertThat(jdbc.sql("select distinct outcome from ended_attempt")
                        .query(String.class)
                        .set())
                .containsExactlyInAnyOrder("SUCCEEDED", "HANDED_BACK");
    }

    private Path newerMigration() throws Exception {
        Path migrations = Files.createDirectory(folder.resolve("migrations"));
        Files.writeString(
                migrations.resolve("V1000__colour.sql"),
                "alter table batch add column colour text not null default 'red';"
                        + " alter table job add column colour text;");
        return migrations;
    }

    /** Has a drain that is too short for the long documents. */
    private ServiceProcess service() throws Exception {
        String own = RollingRestartTests.class.getPackageName().replace('.', '/');
        Path classes = folder.resolve("classes");
        if (!Files.exists(classes)) {
            FileSystemUtils.copyRecursively(Path.of("target", "test-classes").resolve(own), classes.resolve(own));
        }
        return ServiceProcess.on(database, redis)
                .property("mivaa.worker.concurrency", String.valueOf(THREADS))
                .property("mivaa.worker.drain", "500ms")
                .property("spring.main.banner-mode", "off")
                .main(SleepingService.class.getName(), classes);
    }

    private static void post(ServiceProcess service, int count, int millis) throws Exception {
        List<Map<String, String>> documents = IntStream.range(0, count)
                .mapToObj(i -> {
                    String name = millis + "-" + i + "-" + UUID.randomUUID() + ".txt";
                    return Map.of("filename", name, "text", Sleeper.document(millis, Fate.SUCCEEDS, name));
                })
                .toList();
        HttpRequest request = HttpRequest.newBuilder(service.uri("/api/v1/batches"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        JsonMapper.shared().writeValueAsString(Map.of("documents", documents))))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(condition);
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
