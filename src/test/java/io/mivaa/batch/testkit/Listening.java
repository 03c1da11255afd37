package io.mivaa.batch.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a text/event-stream, as the specification of EventSource has it, that remembers all it was told. */
public final class Listening implements AutoCloseable {

    private final List<Told> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final InputStream body;
    private final HttpResponse<InputStream> response;
    private volatile boolean ended;
    private volatile @Nullable String retry;

    /** @param id null without one */
    public record Told(@Nullable String id, String event, String text) {

        public JsonNode data() {
            return JsonMapper.shared().readTree(text);
        }
    }

    private Listening(HttpResponse<InputStream> response) {
        this.response = response;
        this.body = response.body();
        Thread thread = new Thread(this::read, "listening");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param lastEventId null to begin anew */
    public static Listening to(URI uri, @Nullable String lastEventId) {
        return to(uri, lastEventId, null);
    }

    /** @param key of the workspace */
    public static Listening to(URI uri, @Nullable String lastEventId, @Nullable String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (key != null) {
            request.header("X-API-Key", key);
        }
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            return new Listening(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            @Nullable String id = null;
            @Nullable String event = null;
            @Nullable String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (data != null) {
                        events.add(new Told(id, event == null ? "message" : event, data));
                    }
                    id = null;
                    event = null;
                    data = null;
                } else if (line.startsWith(":")) {
                    heartbeats.incrementAndGet();
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.startsWith("retry: ")) {
                    retry = line.substring(7);
                } else {
                    throw new IllegalStateException("no line of an event stream: " + line);
                }
            }
        } catch (IOException e) {
            // Broken off, by us or by the other end.
        } finally {
            ended = true;
        }
    }

    public HttpResponse<InputStream> response() {
        return response;
    }

    public List<Told> events() {
        return List.copyOf(events);
    }

    /** Those of job and batch. */
    public List<Told> changes() {
        return events.stream()
                .filter(told -> told.event().equals("job") || told.event().equals("batch"))
                .toList();
    }

    public Told await(Predicate<Told> wanted) {
        Awaitility.await().until(() -> ended || events.stream().anyMatch(wanted));
        return events.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** The first thing that is told. */
    public Told first() {
        return await(told -> true);
    }

    public int heartbeats() {
        return heartbeats.get();
    }

    public @Nullable String retry() {
        return retry;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** Goes away without a word. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
