package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Listening;
import io.mivaa.batch.testkit.Listening.Told;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.ServiceProcess;
import io.mivaa.batch.testkit.Stores;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A real process that only listens, while another one, which is this, does the work. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EventProcessTests {

    private static final RealServers.Database database = RealServers.migratedDatabase();
    private static final Stores stores = new Stores(database.dataSource());
    private static final ServiceProcess service = ServiceProcess.on(database, RealServers.redisUri())
            .property("mivaa.worker.enabled", "false")
            .property("mivaa.sse.heartbeat", "200ms")
            .property("mivaa.access.keys.acme", "a-key-of-acme-0123456789")
            .property("server.tomcat.connection-timeout", "2s");

    @BeforeAll
    static void start() {
        service.start();
    }

    @AfterAll
    static void end() {
        service.close();
    }

    @Test
    @Order(1)
    void tellsWhatAnotherInstanceDoesAndBeatsWhileNothingHappens() {
        try (Listening listening = listen()) {
            listening.first();
            Accepted batch = stores.accept("one", "two");
            List<String> expected = new ArrayList<>();
            for (JobId job : batch.queued()) {
                expected.add(job + " QUEUED");
            }
            expected.add(batch.batch() + " QUEUED");
            for (JobId job : batch.queued()) {
                stores.succeed(stores.claim(job));
                expected.add(job + " RUNNING");
                if (job.equals(batch.queued().get(0))) {
                    expected.add(batch.batch() + " RUNNING");
                }
                expected.add(job + " SUCCEEDED");
            }
            expected.add(batch.batch() + " SUCCEEDED");
            Awaitility.await().until(() -> listening.changes().size() >= expected.size());

            assertThat(listening.changes().stream().map(EventProcessTests::line))
                    .isEqualTo(expected);
            int before = listening.heartbeats();
            Awaitility.await().until(() -> listening.heartbeats() >= before + 2);
        }
    }

    @Test
    @Order(2)
    void cutsOffAReaderWhoTakesNothing() throws Exception {
        Accepted batch = stores.accept("one");
        try (Socket stuck = new Socket()) {
            stuck.setReceiveBufferSize(4096);
            stuck.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
            stuck.getOutputStream()
                    .write(
                            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX-API-Key: a-key-of-acme-0123456789\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> listeners() == 1);

            stores.jdbc().sql("""
                            insert into event (workspace, batch_id, job_id, state, attempt, error_class, error_code,
                                               error_message, at)
                            select workspace, batch_id, id, 'RETRYING', n, 'TRANSIENT', 'n', repeat('x', 1000), now()
                              from job, generate_series(1, 8000) n where batch_id = :batch
                            """).param("batch", batch.batch().value()).update();

            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> listeners() == 0);
        }
    }

    @Test
    @Order(3)
    void endsItsStreamsAndItselfWhenAskedTo() {
        try (Listening one = listen();
                Listening other = listen()) {
            one.first();
            other.first();

            long asked = System.nanoTime();
            service.terminate();
            Duration took = Duration.ofNanos(System.nanoTime() - asked);

            Awaitility.await().until(() -> one.hasEnded() && other.hasEnded());
            System.out.println("SIGTERM with two open streams: ended after " + took.toMillis() + " ms");
            // It is two seconds on a machine that has a processor for it; were streams waited for it would be thirty.
            assertThat(took).isLessThan(Duration.ofSeconds(6));
        }
    }

    private static Listening listen() {
        return Listening.to(service.uri("/api/v1/events"), null, "a-key-of-acme-0123456789");
    }

    private static String line(Told told) {
        return told.data().path("id").asString() + " "
                + told.data().path("state").asString();
    }

    private static double listeners() throws Exception {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(service.uri("/actuator/prometheus"))
                                .header("X-API-Key", "a-key-of-acme-0123456789")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("mivaa_sse_listeners"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
