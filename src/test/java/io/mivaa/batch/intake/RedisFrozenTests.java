package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.OwnRedis;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** A Redis that takes connections and answers nothing, or no, is worse than none, and still holds nothing up for long. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "mivaa.worker.enabled=false")
@DirtiesContext
class RedisFrozenTests {

    private static final Path FOLDER = folder();
    private static final OwnRedis REDIS = new OwnRedis(FOLDER);

    private static final String BODY = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}";

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
        registry.add("spring.data.redis.url", REDIS::uri);
    }

    @AfterAll
    static void stop() throws Exception {
        REDIS.close();
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void acceptsWithinSecondsWhileRedisIsFrozen(@LocalServerPort int port) {
        Api api = new Api(port);
        RunningService.accepted(api.post("/batches", BODY));
        int before = queued(api);

        REDIS.freeze();

        try {
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                RunningService.accepted(api.post("/batches", BODY));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            }
            assertThat(queued(api)).isEqualTo(before + 3);
        } finally {
            REDIS.thaw();
        }
    }

    @Test
    void acceptsWhileRedisIsFullOrMayOnlyBeRead(@LocalServerPort int port) {
        Api api = new Api(port);
        int before = queued(api);

        REDIS.say("CONFIG SET maxmemory 1");
        RunningService.accepted(api.post("/batches", BODY));
        REDIS.say("CONFIG SET maxmemory 0");
        REDIS.say("REPLICAOF 127.0.0.1 1");
        RunningService.accepted(api.post("/batches", BODY));
        REDIS.say("REPLICAOF NO ONE");

        assertThat(queued(api)).isEqualTo(before + 2);
    }

    private static int queued(Api api) {
        return api.get("/queue").json().at("/jobs/QUEUED").asInt();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("mivaa-test-frozen-");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
