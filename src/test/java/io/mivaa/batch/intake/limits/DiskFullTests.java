package io.mivaa.batch.intake.limits;

import static io.mivaa.batch.intake.RunningService.accepted;
import static io.mivaa.batch.intake.RunningService.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.intake.Api;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;

/** The disk of PostgreSQL is full to the last byte, so that it cannot write its log and gives up. Needs root. */
class DiskFullTests {

    private static final String BATCH = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}";

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createTempDirectory("mivaa-test-disk-");
        mounted = run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
        Files.delete(disk);
    }

    @Test
    void keepsWhatItAcceptedAndGoesOnWhenThereIsRoom() throws Exception {
        assumeThat(mounted).as("this user may mount a small disk").isTrue();
        try (EmbeddedPostgresServer postgres = EmbeddedPostgresServer.start(
                        disk.resolve("postgres"),
                        RealServers.binaries(),
                        List.of("shared_buffers=16MB", "min_wal_size=32MB", "max_wal_size=64MB", "wal_recycle=off"));
                var service = SpringApplication.run(
                        MivaaBatchApplication.class,
                        "--server.port=0",
                        "--mivaa.worker.enabled=false",
                        "--spring.datasource.hikari.connection-timeout=1000",
                        "--spring.datasource.url=" + postgres.jdbcUrl(),
                        "--spring.datasource.username=" + postgres.username(),
                        "--spring.datasource.password=" + postgres.password(),
                        "--spring.data.redis.url=" + RealServers.redisUri())) {
            Api api = new Api(Integer.parseInt(
                    Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port"))));
            List<String> batches = new ArrayList<>(List.of(accepted(api.post("/batches", BATCH))));

            Path filler = fill();
            writeLogUntilItBreaks(postgres);
            Api.Response refused = api.post("/batches", BATCH);
            problem(refused, 503, "dependency-unavailable");
            assertThat(api.get("//actuator/health/readiness").status()).isEqualTo(503);
            Files.delete(filler);

            soon().until(() -> api.get("//actuator/health/readiness").status() == 200);
            soon().until(() -> {
                Api.Response answer = api.post("/batches", BATCH);
                if (answer.status() == 202) {
                    batches.add(answer.id());
                }
                return answer.status() == 202;
            });
            assertThat(batches)
                    .hasSize(2)
                    .allSatisfy(batch -> assertThat(api.get("/batches/" + batch)
                                    .json()
                                    .at("/counts/queued")
                                    .asInt())
                            .isEqualTo(1));
            assertThat(api.get("/queue").json().at("/jobs/QUEUED").asInt()).isEqualTo(2);
        }
    }

    /** Takes all the room there is. */
    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        byte[] block = new byte[4096];
        try (OutputStream file = Files.newOutputStream(filler)) {
            while (true) {
                file.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        return filler;
    }

    /** Into nothing but the log, whose files that are there already still take some of it. */
    private static void writeLogUntilItBreaks(EmbeddedPostgresServer postgres) {
        soon().until(() -> {
            try (Connection connection =
                            DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                    var statement = connection.createStatement()) {
                statement.execute("select pg_logical_emit_message(true, 'filler', repeat('x', 1000000))");
                return false;
            } catch (SQLException broken) {
                return true;
            }
        });
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions();
    }
}
