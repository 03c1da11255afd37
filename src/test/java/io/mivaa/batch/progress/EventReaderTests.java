package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.Listening;
import io.mivaa.batch.testkit.Listening.Told;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Readers who go, come again, or hardly read. */
class EventReaderTests extends EventStreams {

    private static final Pattern ATTEMPT = Pattern.compile("event: ?job.*\"attempt\":(\\d+),", Pattern.DOTALL);

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
    void givesThePlaceBackOfAReaderWhoIsGone() {
        awaitNobodyListens();
        try (Listening listening = listen("/events", null)) {
            listening.first();
            Awaitility.await().until(() -> gauge("mivaa.sse.listeners") == 1);
        }

        awaitNobodyListens();
    }

    /** That a reader is gone is noticed when something is told. */
    private void awaitNobodyListens() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            gated(1);
            return gauge("mivaa.sse.listeners") == 0;
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
