package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mivaa.batch.embedded.ZeroSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class DemoTests {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream before = System.out;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(printed, true, UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setOut(before);
    }

    private static Demo demo(int port) {
        return new Demo(
                new DemoSettings("What is wet?", Duration.ofSeconds(20), null),
                new MockEnvironment().withProperty("local.server.port", Integer.toString(port)),
                new ZeroSetup(true, false, Path.of("/srv/data")));
    }

    private void awaitPrinted(String text) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> printed.toString(UTF_8).contains(text));
    }

    @Test
    void sendsTheSamplesAndTellsWhereEverythingIs() throws IOException {
        try (var service = new StandInService(10_000, 16_384)
                .thenBatch("\"1\"", StandInService.batch("SUCCEEDED", true, 100, 8, 8, 0))
                .thenJobs("{\"items\": [{\"id\": \"1\", \"filename\": \"a.md\", \"state\": \"SUCCEEDED\","
                        + " \"finishedAt\": \"2126-01-01T00:00:02Z\"}]}")) {
            demo(service.port()).start();

            awaitPrinted("own PostgreSQL");
            assertThat(printed.toString(UTF_8))
                    .contains("Sending 8 sample documents")
                    .containsPattern("Time until the first job succeeded: \\d+\\.\\d s")
                    .contains("http://127.0.0.1:" + service.port() + "/swagger-ui.html")
                    .contains("/actuator/health", "/actuator/prometheus", "/srv/data (zero set-up, own PostgreSQL)")
                    .doesNotContain("own Redis");
            assertThat(service.asked("POST", "/batches").get(0).body())
                    .contains("filename=\"2/engineered-oak-flooring.pdf\"");
        }
    }

    @Test
    void leavesTheServiceAloneWhenItFails() throws IOException {
        try (var service = new StandInService().refusing(500, "")) {
            demo(service.port()).start();

            awaitPrinted("The service stays up");
            assertThat(printed.toString(UTF_8)).doesNotContain("Time until");
        }
    }
}
