package io.mivaa.batch.intake;

import static io.mivaa.batch.intake.RunningService.accepted;
import static io.mivaa.batch.intake.RunningService.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.testkit.RealServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Requests whose statements PostgreSQL refuses though another time they would go well: 503, and nothing is half done. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "mivaa.worker.enabled=false")
@DirtiesContext
class DatabaseTroubleTests {

    private static final RealServers.Database DATABASE = RealServers.emptyDatabase();
    private static final String NAME = DATABASE.jdbcUrl().replaceAll(".*/", "");

    @Autowired
    private DataSource pool;

    private final JdbcClient jdbc = JdbcClient.create(DATABASE.dataSource());
    private Api api;
    private String batch;
    private Connection other;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        String redis = RealServers.redisUri();
        registry.add("spring.datasource.url", DATABASE::jdbcUrl);
        registry.add("spring.datasource.username", DATABASE::username);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("spring.data.redis.url", () -> redis);
        registry.add("mivaa.queue.prefix", () -> "test-" + UUID.randomUUID());
    }

    @BeforeEach
    void accept(@LocalServerPort int port) throws SQLException {
        api = new Api(port);
        batch = accepted(
                api.post("/batches", "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}"));
        other = DATABASE.connect();
        other.setAutoCommit(false);
    }

    @AfterEach
    void asEver() throws SQLException {
        other.close();
        jdbc.sql("alter database " + NAME + " reset all").update();
        reconnect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock_timeout", "statement_timeout"})
    void answersThatItIsBusyWhileARowIsHeldForLong(String timeout) throws SQLException {
        set(timeout + " = '400ms'");
        execute("select from job where batch_id = '" + batch + "' for update");

        refused(api.act("/batches/" + batch + "/cancel"));

        other.rollback();
        cancelsAfterAll();
    }

    @Test
    void answersThatItIsBusyAfterADeadlock() throws Exception {
        execute("set local deadlock_timeout = '1h'");
        execute("select from batch where id = '" + batch + "' for update");
        CompletableFuture<Api.Response> cancel =
                CompletableFuture.supplyAsync(() -> api.act("/batches/" + batch + "/cancel"));
        awaitWaiting();
        execute("select from job where batch_id = '" + batch + "' for update");

        refused(cancel.get(20, TimeUnit.SECONDS));

        other.rollback();
        cancelsAfterAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void answersThatItIsBusyAfterAnErrorOfSerialization(String isolation) throws Exception {
        set("default_transaction_isolation = '" + isolation + "'");
        execute("update batch set name = 'another' where id = '" + batch + "'");
        CompletableFuture<Api.Response> cancel =
                CompletableFuture.supplyAsync(() -> api.act("/batches/" + batch + "/cancel"));
        awaitWaiting();
        other.commit();

        refused(cancel.get(20, TimeUnit.SECONDS));

        cancelsAfterAll();
    }

    @Test
    void acceptsNothingByHalvesWhenItsTurnDoesNotCome() throws SQLException {
        set("statement_timeout = '400ms'");
        long before = count("select count(*) from job");
        execute("lock table document_content in access exclusive mode");

        refused(api.post("/batches", "{\"documents\": [{\"filename\": \"b.txt\", \"text\": \"Ash is hard.\"}]}"));

        other.rollback();
        assertThat(count("select count(*) from job")).isEqualTo(before);
        assertThat(count("select count(*) from batch where total = 0")).isZero();
    }

    private static void refused(Api.Response answer) {
        problem(answer, 503, "dependency-unavailable");
        assertThat(answer.text("/detail")).contains("busy with the same data");
        assertThat(answer.header("Retry-After")).isEqualTo("2");
    }

    private void cancelsAfterAll() {
        assertThat(api.get("/batches/" + batch).text("/state")).isEqualTo("QUEUED");
        assertThat(api.act("/batches/" + batch + "/cancel").text("/state")).isEqualTo("CANCELLED");
        assertThat(api.job(batch, 0).path("state").asString()).isEqualTo("CANCELLED");
    }

    private void set(String setting) {
        awaitFullPool();
        jdbc.sql("alter database " + NAME + " set " + setting).update();
        reconnect();
    }

    /** Settings of a database count for new connections only. */
    private void reconnect() {
        ((HikariDataSource) pool).getHikariPoolMXBean().softEvictConnections();
    }

    /** One that is just being opened would come without the setting, after the others were told to go. */
    private void awaitFullPool() {
        HikariDataSource hikari = (HikariDataSource) pool;
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> hikari.getHikariPoolMXBean().getTotalConnections() == hikari.getMaximumPoolSize());
    }

    private void awaitWaiting() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> count("""
                        select count(*) from pg_stat_activity
                         where datname = current_database() and wait_event_type = 'Lock'
                        """) > 0);
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = other.createStatement()) {
            statement.execute(sql);
        }
    }
}
