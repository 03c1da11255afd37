package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Redis holds only hints: without it everything is accepted, told and changed as ever. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "mivaa.worker.enabled=false")
@DirtiesContext
class RedisAwayTests {

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
        int nobody = unusedPort();
        registry.add("spring.data.redis.url", () -> "redis://127.0.0.1:" + nobody);
    }

    private static int unusedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void acceptsAndChangesABatchWithoutRedis(@LocalServerPort int port) {
        Api api = new Api(port);

        Api.Response accepted =
                api.post("/batches", "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}");

        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        String path = "/batches/" + accepted.id();
        for (String action : List.of("/pause", "/resume")) {
            assertThat(api.act(path + action).status()).as(action).isEqualTo(200);
        }
        assertThat(api.patch(path, "{\"priority\": \"high\"}").text("/priority"))
                .isEqualTo("high");
        assertThat(api.get("/queue").json().at("/jobs/QUEUED").asInt()).isEqualTo(1);
        assertThat(api.act(path + "/cancel").text("/state")).isEqualTo("CANCELLED");
    }
}
