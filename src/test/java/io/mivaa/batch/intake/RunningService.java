package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Receiver;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole application with small limits, two workers and a {@link Gate}. All tests below share one: each looks only
 * at batches of its own.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.sse.heartbeat=1s",
            "mivaa.intake.max-document-size=64KB",
            "mivaa.intake.max-request-size=1MB",
            "mivaa.intake.max-documents=20",
            "mivaa.intake.max-streamed-documents=101",
            "mivaa.intake.max-metadata-size=256B",
            "mivaa.intake.max-wait=2s",
            "mivaa.worker.concurrency=2",
            "mivaa.worker.claim-size=2",
            "mivaa.worker.idle-poll=50ms",
            "mivaa.webhooks.secret=" + Receiver.SECRET,
            "mivaa.webhooks.allow-http=true",
            "mivaa.webhooks.allowed-targets=127.0.0.1",
            "mivaa.webhooks.poll=50ms",
            // The tests fail the gate on purpose and want the failures, not the patience.
            "mivaa.worker.breaker.window=10000",
            "mivaa.worker.breaker.minimum-calls=10000"
        })
@Import(RunningService.WithGate.class)
public abstract class RunningService {

    @Autowired
    protected Gate gate;

    protected Api api;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class WithGate {
        @Bean
        Gate gate() {
            return new Gate();
        }
    }

    @BeforeEach
    void connect(@LocalServerPort int port) {
        api = new Api(port);
    }

    /** Nothing of a test may stand before the gate of the next one. */
    @AfterEach
    void letEverythingEnd() {
        gate.mend();
        gate.open();
        Awaitility.await()
                .until(() -> gate.waiting() == 0
                        && api.get("/queue").json().path("jobs").valueStream().allMatch(count -> count.asInt() == 0));
    }

    /** A JSON batch of documents that are told apart by nothing but their text, through the gate. */
    protected String gated(int documents) {
        StringBuilder body = new StringBuilder("{\"options\": " + Gate.OPTIONS + ", \"documents\": [");
        for (int i = 0; i < documents; i++) {
            body.append(i == 0 ? "" : ",").append(document("d" + i + ".txt", sentence()));
        }
        return accepted(api.post("/batches", body.append("]}").toString()));
    }

    /** A batch of one document that fails for good, and the job's id. */
    protected JsonNode deadJob() {
        gate.fail();
        String batch = gated(1);
        assertThat(api.finished(batch).text("/state")).isEqualTo("FAILED");
        gate.mend();
        return api.job(batch, 0);
    }

    public static String sentence() {
        return "Oak number " + UUID.randomUUID() + " is a hard wood.";
    }

    public static String document(String filename, String text) {
        return "{\"filename\": \"" + filename + "\", \"text\": \"" + text + "\"}";
    }

    public static String batch(String... documents) {
        return "{\"documents\": [" + String.join(",", documents) + "]}";
    }

    public static JsonNode read(String json) {
        return JsonMapper.shared().readTree(json);
    }

    /** @return the id of the batch */
    public static String accepted(Api.Response answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        return answer.id();
    }

    /** A problem of RFC 9457 with that code, without any of our insides. */
    public static Api.Response problem(Api.Response answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.text("/code")).as(answer.toString()).isEqualTo(code);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.text("/detail")).as(answer.toString()).isNotBlank().doesNotContain("Exception");
        assertThat(answer.body()).doesNotContain("io.mivaa", "org.springframework", "tools.jackson", "\\tat ");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        return answer;
    }

    /** A problem that names the place. */
    public static Api.Response invalid(Api.Response answer, String code, String pointer) {
        problem(answer, 400, "validation-failed");
        assertThat(answer.text("/errors/0/pointer")).as(answer.toString()).isEqualTo(pointer);
        assertThat(answer.text("/errors/0/code")).isEqualTo(code);
        assertThat(answer.text("/errors/0/detail")).isNotBlank();
        return answer;
    }
}
