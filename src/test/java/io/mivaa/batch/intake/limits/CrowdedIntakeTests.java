package io.mivaa.batch.intake.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.testkit.RealServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** More batches at once than there are connections. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"mivaa.worker.enabled=false", "spring.datasource.hikari.maximum-pool-size=6"})
@DirtiesContext
class CrowdedIntakeTests {

    private static final String BODY = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}";

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @Test
    void leavesConnectionsToOthersHoweverManyBatchesComeAtOnce(@LocalServerPort int port) throws Exception {
        Api api = new Api(port);
        String known = RunningService.accepted(api.post("/batches", BODY));
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Future<Api.Response>> posts = new ArrayList<>();
        try {
            new TransactionTemplate(transactions).executeWithoutResult(status -> {
                // As one that is frozen between its turn and its commit: each acceptance waits 2 seconds for it.
                jdbc.sql("select pg_advisory_xact_lock(hashtextextended('admission of jobs', 0))::text")
                        .query(String.class)
                        .single();
                for (int i = 0; i < 16; i++) {
                    posts.add(clients.submit(() -> api.post("/batches", BODY)));
                }
                Awaitility.await().until(() -> writing() >= 3);
                long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
                while (System.nanoTime() - end < 0) {
                    long before = System.nanoTime();
                    assertThat(api.get("/batches/" + known).status()).isEqualTo(200);
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> posts.stream().allMatch(Future::isDone));
            });
        } finally {
            clients.shutdown();
        }
        List<Api.Response> refused = new ArrayList<>();
        for (Future<Api.Response> post : posts) {
            if (post.get().status() != 202) {
                refused.add(post.get());
            }
        }
        assertThat(refused).isNotEmpty().hasSizeLessThan(14).allSatisfy(answer -> {
            RunningService.problem(answer, 503, "busy");
            assertThat(answer.header("Retry-After")).isEqualTo("5");
        });
    }

    /** Acceptances that hold a connection: asked on one of those that are left. */
    private int writing() {
        return jdbc.sql("""
                        select count(*) from pg_stat_activity
                         where state like '%transaction%' and datname = current_database() and pid <> pg_backend_pid()
                        """).query(Integer.class).single();
    }
}
