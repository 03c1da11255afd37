package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.ServiceProcess;
import io.mivaa.batch.testkit.Stores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Many listeners on one instance while jobs go on; the instance is killed, and all go on at another: nothing may be lost
 * and nothing told twice. Prints how long after its commit an event was told. Not part of the ordinary build:
 * {@code ./mvnw -Pchaos verify -Dtest=EventsRun}, {@code -Dmivaa.chaos.listeners=500 -Dmivaa.chaos.jobs=200
 * -Dmivaa.chaos.pause=50} (milliseconds between two jobs).
 */
class EventsRun {

    private static final String KEY = "a-key-of-acme-0123456789";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int many = Integer.getInteger("mivaa.chaos.listeners", 500);
    private final int jobs = Integer.getInteger("mivaa.chaos.jobs", 200);
    private final Duration between = Duration.ofMillis(Integer.getInteger("mivaa.chaos.pause", 50));

    /** What was committed, and when the commit had returned. */
    private final Map<String, Long> committed = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    @Test
    void losesAndRepeatsNothingWhenTheInstanceIsKilled() {
        RealServers.Database database = RealServers.migratedDatabase();
        Stores stores = new Stores(database.dataSource());
        try (ServiceProcess one = instance(database);
                ServiceProcess other = instance(database)) {
            one.start();
            other.start();
            List<Listener> listeners = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                listeners.add(new Listener(one, other));
            }
            listeners.forEach(Thread::start);
            assertThat(Patience.await(PATIENCE, () -> listeners.stream().allMatch(Listener::hasBegun)))
                    .isTrue();

            // Both sides are new, and slow at first; that is not what is measured.
            work(stores, jobs / 2);
            assertThat(Patience.await(PATIENCE, () -> listeners.stream().allMatch(this::hasAll)))
                    .isTrue();
            delays.clear();
            work(stores, jobs / 2);
            assertThat(Patience.await(PATIENCE, () -> listeners.stream().allMatch(this::hasAll)))
                    .isTrue();
            String before = figures();
            Thread worker = new Thread(() -> work(stores, jobs / 2), "worker");
            worker.start();
            Patience.pause(Duration.ofSeconds(1));
            one.kill9();
            long killed = System.nanoTime();
            join(worker);
            assertThat(Patience.await(PATIENCE, () -> listeners.stream().allMatch(this::hasAll)))
                    .isTrue();
            long whole = System.nanoTime();
            delays.clear();
            work(stores, jobs / 2);
            assertThat(Patience.await(PATIENCE, () -> listeners.stream().allMatch(this::hasAll)))
                    .isTrue();
            over = true;

            long twice = listeners.stream()
                    .filter(listener -> new HashSet<>(listener.told).size() != listener.told.size())
                    .count();
            System.out.printf(
                    "%n=== %d listeners, %d events each; commit to told: %s before the kill, %s at the other instance;"
                            + " everybody had everything %d ms after the kill, work going on for some of it;"
                            + " %d listeners were told something twice%n",
                    many, committed.size(), before, figures(), (whole - killed) / 1_000_000, twice);
            assertThat(twice).isZero();
            assertThat(listeners)
                    .allSatisfy(listener ->
                            assertThat(listener.told).containsExactlyInAnyOrderElementsOf(committed.keySet()));
            assertThat(listeners).allMatch(Listener::hasMoved);
        }
    }

    private ServiceProcess instance(RealServers.Database database) {
        return ServiceProcess.on(database, RealServers.redisUri())
                .property("mivaa.worker.enabled", "false")
                .property("mivaa.sse.max-listeners", "5000")
                .property("mivaa.sse.max-listeners-per-workspace", "5000")
                .property("mivaa.access.keys.acme", KEY);
    }

    private boolean hasAll(Listener listener) {
        return listener.told.size() >= committed.size();
    }

    /** Jobs one after the other, each in transactions of its own, as this instance's. */
    private void work(Stores stores, int number) {
        Accepted batch = stores.accept(java.util.stream.IntStream.range(0, number)
                .mapToObj(i -> "document " + i)
                .toArray(String[]::new));
        batch.queued().forEach(job -> commits(job, "QUEUED"));
        var instance = stores.instance();
        for (JobId job : batch.queued()) {
            Claim claim = stores.claims()
                    .take(List.of(job), instance, Claims.ANY_CRASHES)
                    .get(0);
            commits(job, "RUNNING");
            stores.succeed(claim);
            commits(job, "SUCCEEDED");
            Patience.pause(between);
        }
    }

    private void commits(JobId job, String state) {
        committed.put(job + " " + state, System.nanoTime());
    }

    private String figures() {
        List<Long> sorted = delays.stream().sorted().toList();
        return "p50 %d ms, p95 %d ms, worst %d ms".formatted(at(sorted, 0.5), at(sorted, 0.95), at(sorted, 1));
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size()))) / 1_000_000;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Goes to the other instance when it loses the one it is at. */
    private final class Listener extends Thread {

        private final ServiceProcess one;
        private final ServiceProcess other;
        private final List<String> told = java.util.Collections.synchronizedList(new ArrayList<>());
        private volatile @Nullable String id;
        private volatile boolean moved;

        Listener(ServiceProcess one, ServiceProcess other) {
            super("listener");
            this.one = one;
            this.other = other;
            setDaemon(true);
        }

        boolean hasBegun() {
            return id != null;
        }

        boolean hasMoved() {
            return moved;
        }

        @Override
        public void run() {
            try {
                listen(one.port());
            } catch (IOException e) {
                // It was killed.
            }
            moved = true;
            while (!over) {
                try {
                    listen(other.port());
                } catch (IOException e) {
                    Patience.pause(Duration.ofMillis(500));
                }
            }
        }

        /** In HTTP/1.0, so that the body comes as it is. */
        private void listen(int port) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                String last = id == null ? "" : "Last-Event-ID: " + id + "\r\n";
                socket.getOutputStream()
                        .write(("GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\nX-API-Key: " + KEY + "\r\n" + last
                                        + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                read(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
            }
        }

        private void read(BufferedReader lines) throws IOException {
            @Nullable String event = null;
            @Nullable String newId = null;
            @Nullable String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: snapshot") && moved) {
                    throw new UncheckedIOException(new IOException("it began anew"));
                } else if (line.startsWith("id: ")) {
                    newId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line;
                } else if (line.isEmpty()) {
                    // What is torn before this line does not count.
                    if (data != null && "job".equals(event)) {
                        tell(data);
                    }
                    id = newId == null ? id : newId;
                    newId = null;
                    data = null;
                }
            }
        }

        private void tell(String line) {
            int state = line.indexOf("\"state\":\"") + 9;
            String what = line.substring(13, 49) + " " + line.substring(state, line.indexOf('"', state));
            told.add(what);
            Long at = committed.get(what);
            // Told before the commit had returned here: at once.
            delays.add(at == null ? 0 : Math.max(0, System.nanoTime() - at));
        }
    }
}
