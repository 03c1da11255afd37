package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.testkit.Listening;
import io.mivaa.batch.testkit.Listening.Told;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class EventStreamTests extends RunningService {

    private static final Pattern ATTEMPT = Pattern.compile("event: ?job.*\"attempt\":(\\d+),", Pattern.DOTALL);

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private MeterRegistry meters;

    @LocalServerPort
    private int port;

    @Test
    void tellsAWorkspaceEveryChangeAndTheObjectsOfTheApi() {
        try (Listening listening = listen("/events", null)) {
            Told snapshot = listening.first();
            String batch = gated(3);
            listening.await(finished(batch));

            assertThat(listening.response().statusCode()).isEqualTo(200);
            assertThat(listening.response().headers().firstValue("Content-Type"))
                    .contains("text/event-stream");
            assertThat(listening.response().headers().firstValue("Cache-Control"))
                    .contains("no-store");
            assertThat(listening.retry()).isEqualTo("2000");
            assertThat(snapshot.event()).isEqualTo("snapshot");
            assertThat(snapshot.data().path("queue").propertyNames())
                    .containsExactlyInAnyOrderElementsOf(
                            api.get("/queue").json().propertyNames());
            assertThat(snapshot.data().path("batches").isArray()).isTrue();
            List<Told> changes = of(batch, listening);
            assertThat(states(changes)).isEqualTo(recorded(batch));
            assertThat(changes).extracting(Told::id).doesNotContainNull().doesNotHaveDuplicates();
            Told last = changes.get(changes.size() - 1);
            assertThat(last.event()).isEqualTo("batch");
            assertThat(last.data()).isEqualTo(api.get("/batches/" + batch).json());
            assertThat(changes)
                    .filteredOn(told -> told.event().equals("job")
                            && told.data().path("state").asString().equals("SUCCEEDED"))
                    .hasSize(3)
                    .allSatisfy(told -> assertThat(told.data())
                            .isEqualTo(api.get("/jobs/" + told.data().path("id").asString())
                                    .json()));
        }
    }

    @Test
    void tellsAnEventWithTheStateOfItsTimeThoughTheJobHasGoneOn() {
        String position = positionNow();
        JsonNode job = deadJob();

        try (Listening listening = listen("/batches/" + job.path("batchId").asString() + "/events", position)) {
            listening.await(told -> told.event().equals("batch")
                    && told.data().path("state").asString().equals("FAILED"));

            List<JsonNode> states = listening.changes().stream()
                    .filter(told -> told.event().equals("job"))
                    .map(Told::data)
                    .toList();
            assertThat(states)
                    .extracting(data -> data.path("state").asString())
                    .containsExactly("QUEUED", "RUNNING", "DEAD");
            assertThat(states)
                    .extracting(data -> data.path("terminal").asBoolean())
                    .containsExactly(false, false, true);
            assertThat(states).extracting(data -> data.path("attempt").asInt()).containsExactly(0, 1, 1);
            assertThat(states)
                    .extracting(data -> data.path("error").path("code").asString(""))
                    .containsExactly("", "", "gate-broken");
            assertThat(states.get(0).path("startedAt").isNull()).isTrue();
            assertThat(states.get(1).path("stage").asString()).isEqualTo("PARSING");
            assertThat(states.get(1).path("finishedAt").isNull()).isTrue();
            assertThat(states.get(2))
                    .isEqualTo(api.get("/jobs/" + job.path("id").asString()).json());
            assertThat(listening.changes().stream()
                            .filter(told -> told.event().equals("batch"))
                            .map(told -> told.data().path("counts").path("dead").asInt()))
                    .containsExactly(0, 0, 1);
        }
    }

    @Test
    void tellsABatchAloneItsOwnBeginningWithASnapshot() {
        gate.shut();
        String other = gated(1);
        String batch = gated(1);

        try (Listening listening = listen("/batches/" + batch + "/events", null)) {
            assertThat(listening.first().event()).isEqualTo("snapshot");
            assertThat(listening.first().data().propertyNames())
                    .containsExactlyInAnyOrderElementsOf(
                            api.get("/batches/" + batch).json().propertyNames());
            assertThat(listening.first().data().path("id").asString()).isEqualTo(batch);
            gate.open();
            api.finished(other);
            listening.await(finished(batch));

            assertThat(listening.changes())
                    .allSatisfy(told -> assertThat(batchOf(told)).isEqualTo(batch));
            assertThat(states(listening.changes())).isSubsetOf(recorded(batch));
        }
    }

    @Test
    void goesOnWhereAStreamWasLostWhileJobsRun() {
        String position = positionNow();
        String batch = gated(12);
        List<Told> told = new ArrayList<>();

        while (told.stream().noneMatch(finished(batch))) {
            try (Listening listening = listen("/batches/" + batch + "/events", position)) {
                Awaitility.await()
                        .until(() -> listening.changes().size() >= 3
                                || listening.changes().stream().anyMatch(finished(batch)));
                List<Told> some = listening.changes();
                told.addAll(some.subList(0, Math.min(3, some.size())));
                position = told.get(told.size() - 1).id();
            }
        }

        assertThat(byThing(told)).isEqualTo(byThing(recorded(batch)));
        assertThat(told).extracting(Told::id).doesNotHaveDuplicates();
    }

    @Test
    void tellsProgressSeldomAndWithoutAnId() {
        try (Listening listening = listen("/events", null)) {
            listening.first();
            long begun = System.nanoTime();
            String batch = gated(8);
            Predicate<Told> isProgress = told -> told.event().equals("progress")
                    && told.data().path("batchId").asString().equals(batch);
            listening.await(
                    isProgress.and(told -> told.data().path("state").asString().equals("SUCCEEDED")));

            List<Told> progress = listening.events().stream().filter(isProgress).toList();
            assertThat(progress).extracting(Told::id).containsOnlyNulls();
            assertThat(progress.get(0).data().propertyNames()).contains("batchId", "state", "counts", "progress");
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(progress).hasSizeLessThanOrEqualTo((int) (took.toMillis() / 250) + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "1~2", "zzzzzzzzzz", "'--"})
    void beginsWithASnapshotWhenItDoesNotKnowTheId(String id) {
        try (Listening listening = listen("/events", id)) {
            assertThat(listening.first().event()).isEqualTo("snapshot");
        }
    }

    @Test
    void goesOnAfterASnapshotWithoutASecondOne() {
        String position = positionNow();
        String batch = gated(1);

        try (Listening listening = listen("/events", position)) {
            listening.await(finished(batch));

            assertThat(listening.events()).extracting(Told::event).doesNotContain("snapshot");
            assertThat(states(of(batch, listening))).isEqualTo(recorded(batch));
        }
    }

    @Test
    void tellsAWorkspaceNothingOfAnother() {
        UUID foreign = UUID.randomUUID();
        try (Listening listening = listen("/events", null)) {
            listening.first();
            jdbc.sql("""
                            insert into batch (id, workspace, priority, options)
                            values (:id, 'somebody-else', 'NORMAL', (select options from batch limit 1))
                            """).param("id", foreign).update();
            String batch = gated(1);
            listening.await(finished(batch));

            assertThat(jdbc.sql("select count(*) from event where batch_id = :id")
                            .param("id", foreign)
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
            assertThat(listening.events())
                    .noneSatisfy(told -> assertThat(told.text()).contains(foreign.toString()));
            problem(api.get("/batches/" + foreign + "/events"), 404, "batch-not-found");
        } finally {
            jdbc.sql("delete from batch where id = :id").param("id", foreign).update();
        }
    }

    @Test
    void knowsNoStreamOfABatchThatIsNotThere() {
        problem(api.get("/batches/" + UUID.randomUUID() + "/events"), 404, "batch-not-found");
        problem(api.get("/batches/nonsense/events"), 404, "not-found");
        problem(
                api.get("/batches/" + UUID.randomUUID() + "/events", "Last-Event-ID", positionNow()),
                404,
                "batch-not-found");
    }

    @Test
    void endsTheStreamOfABatchThatIsDeleted() {
        String batch = gated(1);
        api.finished(batch);
        try (Listening listening = listen("/batches/" + batch + "/events", null)) {
            listening.first();

            api.delete("/batches/" + batch);

            Awaitility.await().until(listening::hasEnded);
        }
    }

    @Test
    void givesThePlaceBackOfAReaderWhoIsGone() {
        awaitNobodyListens();
        try (Listening listening = listen("/events", null)) {
            listening.first();
            Awaitility.await().until(() -> listeners() == 1);
        }

        awaitNobodyListens();
    }

    /** That a reader is gone is noticed when something is told. */
    private void awaitNobodyListens() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            gated(1);
            return listeners() == 0;
        });
    }

    @Test
    void letsASlowReaderHoldUpNobodyAndLoseNothing() throws Exception {
        int many = 8_000;
        String batch = gated(1);
        api.finished(batch);
        String position = positionNow();
        try (Socket slow = new Socket();
                Listening quick = listen("/batches/" + batch + "/events", position)) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            slow.getOutputStream()
                    .write(("GET /api/v1/batches/" + batch + "/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
                                    + position + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> gauge("mivaa.sse.listeners") >= 2 && gauge("mivaa.sse.behind") == 0);

            jdbc.sql("""
                            insert into event (workspace, batch_id, job_id, state, attempt, error_class, error_code,
                                               error_message, at)
                            select workspace, batch_id, id, 'RETRYING', n, 'TRANSIENT', 'n', repeat('x', 1000), now()
                              from job, generate_series(1, :many) n where batch_id = :batch::uuid
                            """).param("many", many).param("batch", batch).update();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> quick.changes().size() == many);

            assertThat(gauge("mivaa.sse.behind")).isEqualTo(1);
            assertThat(quick.changes().stream()
                            .map(told -> told.data().path("attempt").asInt()))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(attemptsRead(slow, many))
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSize(many);
            Awaitility.await().until(() -> gauge("mivaa.sse.behind") == 0);
        }
    }

    /** The attempts of the events of a chunked answer. */
    private static List<Integer> attemptsRead(Socket socket, int many) throws IOException {
        socket.setSoTimeout(30_000);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (!line(in).isEmpty()) {
            // The head of the answer.
        }
        List<Integer> attempts = new ArrayList<>();
        StringBuilder told = new StringBuilder();
        while (attempts.size() < many) {
            int size = Integer.parseInt(line(in), 16);
            told.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            line(in);
            for (int end = told.indexOf("\n\n"); end >= 0; end = told.indexOf("\n\n")) {
                Matcher attempt = ATTEMPT.matcher(told.substring(0, end));
                if (attempt.find()) {
                    attempts.add(Integer.valueOf(attempt.group(1)));
                }
                told.delete(0, end + 2);
            }
        }
        return attempts;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("after " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private Listening listen(String path, @Nullable String lastEventId) {
        return Listening.to(URI.create("http://127.0.0.1:" + port + "/api/v1" + path), lastEventId);
    }

    private String positionNow() {
        try (Listening listening = listen("/events", null)) {
            return String.valueOf(listening.first().id());
        }
    }

    private double listeners() {
        return gauge("mivaa.sse.listeners");
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private static Predicate<Told> finished(String batch) {
        return told -> told.event().equals("batch")
                && told.data().path("id").asString().equals(batch)
                && told.data().path("terminal").asBoolean();
    }

    private static String batchOf(Told told) {
        return told.data().path(told.event().equals("job") ? "batchId" : "id").asString();
    }

    private static List<Told> of(String batch, Listening listening) {
        return listening.changes().stream()
                .filter(told -> batchOf(told).equals(batch))
                .toList();
    }

    private static List<String> states(List<Told> told) {
        return told.stream()
                .map(each -> each.data().path("id").asString() + " "
                        + each.data().path("state").asString())
                .toList();
    }

    /** What stands in the database, in the order of one batch's changes. */
    private List<String> recorded(String batch) {
        return jdbc.sql("""
                        select coalesce(job_id, batch_id) || ' ' || state from event
                         where batch_id = :batch::uuid order by id
                        """).param("batch", batch).query(String.class).list();
    }

    private static Map<String, List<String>> byThing(List<?> toldOrRecorded) {
        Map<String, List<String>> byThing = new HashMap<>();
        for (Object each : toldOrRecorded) {
            String line = each instanceof Told told
                    ? told.data().path("id").asString() + " "
                            + told.data().path("state").asString()
                    : each.toString();
            byThing.computeIfAbsent(line.substring(0, 36), key -> new ArrayList<>())
                    .add(line.substring(37));
        }
        return byThing;
    }
}
