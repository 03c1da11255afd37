package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.chaos.Sleeper.Fate;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RealServers.Database;
import io.mivaa.batch.testkit.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/** A document that ends every process that reads it, among others that do nothing wrong. */
class KillerDocumentTests {

    private static final int OTHERS = 30;

    private final Database database = RealServers.emptyDatabase();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());

    @TempDir
    private Path folder;

    @Test
    void isBuriedWhenThreeProcessesDiedOfItAndTakesNoOtherWithIt() throws Exception {
        AtomicInteger crashes = new AtomicInteger();
        try (ServiceProcess service = service()) {
            service.start();
            post(service);

            // As an orchestrator would, that knows nothing of documents.
            Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> {
                if (!service.isAlive()) {
                    crashes.incrementAndGet();
                    service.launch();
                }
                return count("select count(*) from batch where finished_at is not null") == 1;
            });
        }

        assertThat(crashes).hasValue(3);
        assertThat(jdbc.sql("select filename, state, error_class, crashes from job where state <> 'SUCCEEDED'")
                        .query()
                        .listOfRows())
                .containsExactly(
                        Map.of("filename", "killer.txt", "state", "DEAD", "error_class", "POISON", "crashes", 3));
        assertThat(count("select count(*) from job where state = 'SUCCEEDED'")).isEqualTo(OTHERS);
        assertThat(count("select count(*) from job where crashes between 1 and 2"))
                .as("others that were there when a process died")
                .isPositive();
        assertThat(count("select count(*) from ended_attempt where outcome in ('RETRYING', 'DEAD')"))
                .isZero();
    }

    /** Quick to find out that a process is no more. */
    private ServiceProcess service() throws Exception {
        String own = KillerDocumentTests.class.getPackageName().replace('.', '/');
        FileSystemUtils.copyRecursively(Path.of("target", "test-classes").resolve(own), folder.resolve(own));
        return ServiceProcess.on(database, RealServers.redisUri())
                .property("mivaa.worker.concurrency", "4")
                .property("mivaa.worker.lease", "2s")
                .property("mivaa.worker.heartbeat", "500ms")
                .property("mivaa.queue.outage-grace", "1s")
                .property("mivaa.queue.reconcile-every", "250ms")
                .property("spring.main.banner-mode", "off")
                .main(SleepingService.class.getName(), folder);
    }

    private static void post(ServiceProcess service) throws Exception {
        List<Map<String, String>> documents = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            documents.add(document("other-" + i, Sleeper.document(300, Fate.SUCCEEDS, "other " + i)));
        }
        documents.add(2, document("killer", Sleeper.document(100, Fate.KILLS, "killer")));
        HttpRequest request = HttpRequest.newBuilder(service.uri("/api/v1/batches"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        JsonMapper.shared().writeValueAsString(Map.of("documents", documents))))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static Map<String, String> document(String name, String text) {
        return Map.of("filename", name + ".txt", "text", text);
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
