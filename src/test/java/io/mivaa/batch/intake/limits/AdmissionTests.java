package io.mivaa.batch.intake.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What is too much is refused, with an honest word on when to come again. Nobody works here but the tests. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.worker.enabled=false",
            "mivaa.intake.max-open-jobs=40",
            "mivaa.intake.max-open-jobs-per-workspace=30"
        })
@DirtiesContext
class AdmissionTests {

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private MeterRegistry meters;

    private Api api;
    private int port;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @BeforeEach
    void connect(@LocalServerPort int port) {
        this.port = port;
        this.api = new Api(port);
        jdbc.sql("truncate batch, idempotency_key cascade").update();
    }

    @Test
    void refusesWhatAWorkspaceHasNoRoomFor() {
        RunningService.accepted(api.post("/batches", batch(25)));

        Api.Response refused = api.post("/batches", batch(6));

        RunningService.problem(refused, 429, "quota-exceeded");
        assertThat(refused.json().path("limit").asInt()).isEqualTo(30);
        assertThat(refused.json().path("current").asInt()).isEqualTo(25);
        // Nothing drains, so nobody knows better than the longest.
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(96, 120);
        assertThat(open()).isEqualTo(25);
        RunningService.accepted(api.post("/batches", batch(5)));
    }

    @Test
    void refusesWhatTheServiceHasNoRoomFor() {
        RunningService.accepted(api.post("/batches", batch(20)));
        jdbc.sql("update batch set workspace = 'somebody else'").update();
        RunningService.accepted(api.post("/batches", batch(18)));

        Api.Response refused = api.post("/batches", batch(3));

        RunningService.problem(refused, 503, "queue-full");
        assertThat(refused.json().path("limit").asInt()).isEqualTo(40);
        assertThat(refused.json().path("current").asInt()).isEqualTo(38);
        assertThat(open()).isEqualTo(38);
    }

    @Test
    void saysThatWaitingDoesNotHelpABatchThatIsTooLargeByItself() {
        Api.Response refused = api.post("/batches", batch(31));

        RunningService.problem(refused, 422, "batch-exceeds-quota");
        assertThat(refused.json().path("limit").asInt()).isEqualTo(30);
        assertThat(refused.header("Retry-After")).isEmpty();
    }

    @Test
    void countsWhatItRefuses() {
        double before = refusals("batch-exceeds-quota");

        api.post("/batches", batch(31));

        assertThat(refusals("batch-exceeds-quota")).isEqualTo(before + 1);
    }

    @Test
    void neverHoldsMoreThanTheLimitThoughManyComeAtOnce() throws Exception {
        List<Api.Response> answers =
                atOnce(IntStream.range(0, 40).mapToObj(i -> batch(1 + i % 5)).toList());

        int accepted = answers.stream()
                .filter(answer -> answer.status() == 202)
                .mapToInt(answer -> answer.json().at("/counts/total").asInt())
                .sum();
        assertThat(open()).isEqualTo(accepted).isBetween(26, 30);
        assertThat(answers.stream().filter(answer -> answer.status() != 202))
                .isNotEmpty()
                .allSatisfy(answer -> RunningService.problem(answer, 429, "quota-exceeded"));
    }

    @Test
    void repeatsAnAnswerThoughItIsFull() {
        String body = batch(30);
        String key = UUID.randomUUID().toString();
        String first = RunningService.accepted(post(body, key));

        Api.Response again = post(body, key);

        assertThat(RunningService.accepted(again)).isEqualTo(first);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        RunningService.problem(post(batch(1), "another"), 429, "quota-exceeded");
    }

    @Test
    void answersBeforeABodyIsSentWhenItIsFull() throws IOException {
        RunningService.accepted(api.post("/batches", batch(30)));

        String answer = headOnly(1_000_000_000L);

        assertThat(answer).startsWith("HTTP/1.1 429");
        assertThat(answer).containsIgnoringCase("Retry-After:");
    }

    @Test
    void asksForTheBodyWhenThereIsRoom() throws IOException {
        assertThat(headOnly(1000)).startsWith("HTTP/1.1 100");
    }

    @Test
    void refusesOptionsThatAreLongerThanAllDocumentsOfMost() {
        String options = "{\"name\": \"oak\"" + " ".repeat(16 << 20) + "}";

        Api.Response refused = api.post(new Form().field("options", options).file("a.txt", "Oak."));

        RunningService.invalid(refused, "invalid-value", "/options");
        assertThat(refused.text("/errors/0/detail")).contains("16 MiB");
    }

    @Test
    void refusesABodyThatTheDiskHasNoRoomFor() throws IOException {
        jdbc.sql("truncate batch cascade").update();

        String answer = headOnly(Long.MAX_VALUE / 2);

        assertThat(answer).startsWith("HTTP/1.1 503").contains("storage-full").containsIgnoringCase("Retry-After:");
    }

    @Test
    void tellsWhenThereWillBeRoomWhileTheQueueDrains() {
        String batch = RunningService.accepted(api.post("/batches", batch(30)));
        UUID worker = InstanceId.create().value();
        // Ten have ended, one every second, the first of them ten seconds ago: a queue that drains at one a second.
        jdbc.sql("""
                        update job set state = 'RUNNING', stage = 'PARSING', claimed_by = :worker, claimed_at = now(),
                               queued_at = null, started_at = now()
                         where id in (select id from job where batch_id = :batch order by seq limit 10)
                        """)
                .param("worker", worker)
                .param("batch", UUID.fromString(batch))
                .update();
        jdbc.sql("""
                        update job j set state = 'DEAD', stage = null, claimed_by = null, error_class = 'INTERNAL',
                                         finished_at = now() - ended.n * interval '1 second'
                          from (select id, row_number() over (order by seq) as n from job where state = 'RUNNING') ended
                         where j.id = ended.id
                        """).update();
        RunningService.accepted(api.post("/batches", batch(8)));

        Api.Response refused = api.post("/batches", batch(12));

        RunningService.problem(refused, 429, "quota-exceeded");
        // 28 open and 12 more than fit by 10: in ten seconds.
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(9, 14);
    }

    private String headOnly(long length) throws IOException {
        String head = "POST /api/v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + length + "\r\nExpect: 100-continue\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4096];
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
        }
    }

    private List<Api.Response> atOnce(List<String> bodies) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(bodies.size());
        try {
            List<Callable<Api.Response>> posts = new ArrayList<>();
            bodies.forEach(body -> posts.add(() -> api.post("/batches", body)));
            List<Api.Response> answers = new ArrayList<>();
            for (Future<Api.Response> answer : clients.invokeAll(posts)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            clients.shutdownNow();
        }
    }

    private Api.Response post(String body, String key) {
        return api.send(api.request("/batches")
                .header("Content-Type", Api.JSON)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private double refusals(String code) {
        return meters.get("mivaa.intake.refused").tag("code", code).counter().count();
    }

    private int open() {
        return jdbc.sql("select coalesce(sum(scheduled + queued + running + retrying), 0) from batch")
                .query(Integer.class)
                .single();
    }

    private static String batch(int documents) {
        return IntStream.range(0, documents)
                .mapToObj(i -> RunningService.document("d" + i + ".txt", RunningService.sentence()))
                .collect(Collectors.joining(",", "{\"documents\": [", "]}"));
    }
}
