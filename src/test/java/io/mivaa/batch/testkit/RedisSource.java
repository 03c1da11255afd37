package io.mivaa.batch.testkit;

import io.mivaa.batch.embedded.EmbeddedRedisServer;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Where the Redis of this test JVM comes from. */
final class RedisSource {

    private static final String IMAGE = "redis:7";
    private static final int PORT = 6379;

    private RedisSource() {}

    /** Whether the environment names a server, which other test JVMs use too. */
    static boolean isGiven() {
        return !given().isBlank();
    }

    private static String given() {
        return System.getenv().getOrDefault("TEST_REDIS_URL", "");
    }

    /** @return its URI without a database number */
    static String start() {
        if (isGiven()) {
            return given().replaceFirst("/\\d*$", "");
        }
        return TestFolder.WITH_CONTAINERS ? container() : embedded();
    }

    @SuppressWarnings("resource") // removed by Testcontainers when the JVM ends
    private static String container() {
        var container = new GenericContainer<>(DockerImageName.parse(IMAGE)).withExposedPorts(PORT);
        container.start();
        return "redis://" + container.getHost() + ":" + container.getMappedPort(PORT);
    }

    private static String embedded() {
        Path folder = TestFolder.create("redis");
        var server = EmbeddedRedisServer.start(folder, RealServers.binaries(), List.of());
        TestFolder.deleteAtEnd(folder, server);
        return server.uri();
    }
}
