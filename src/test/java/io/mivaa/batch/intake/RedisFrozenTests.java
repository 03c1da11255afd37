package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** A Redis that takes connections and answers nothing is worse than none, and still holds nothing up for long. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "mivaa.worker.enabled=false")
@DirtiesContext
class RedisFrozenTests {

    private static final Path FOLDER = folder();
    private static final EmbeddedRedisServer REDIS =
            EmbeddedRedisServer.start(FOLDER, RealServers.binaries(), List.of());

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
        registry.add("spring.data.redis.url", REDIS::uri);
    }

    @AfterAll
    static void stop() throws Exception {
        signal("CONT");
        REDIS.close();
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void acceptsWithinSecondsWhileRedisIsFrozen(@LocalServerPort int port) throws Exception {
        Api api = new Api(port);
        String body = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}";
        RunningService.accepted(api.post("/batches", body));

        signal("STOP");

        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            RunningService.accepted(api.post("/batches", body));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(api.get("/queue").json().at("/jobs/QUEUED").asInt()).isEqualTo(4);
    }

    private static void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(REDIS.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("mivaa-test-frozen-");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
