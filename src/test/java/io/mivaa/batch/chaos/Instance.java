package io.mivaa.batch.chaos;

import io.mivaa.batch.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A process of the service with a road of its own to PostgreSQL and to Redis. One thread at a time may start, stop and
 * hurt it; everybody may talk to it.
 */
final class Instance implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final int LINES_TOLD = 400;
    private static final String SLEEPING = SleepingService.class.getName();

    private final TcpProxy toPostgres;
    private final TcpProxy toRedis;
    private final ServiceProcess service;
    private final Ground ground;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private volatile double fenced;
    private double fencedOfFormerRuns;

    Instance(Ground ground) {
        this.ground = ground;
        this.toPostgres = new TcpProxy(ground.postgresPort());
        this.toRedis = new TcpProxy(ground.redisPort());
        this.service = ServiceProcess.on(ground.database(toPostgres.port()), ground.redisUri(toRedis.port()))
                .property("mivaa.worker.concurrency", "10")
                .property("mivaa.worker.drain", "1s")
                .property("mivaa.worker.retry.transient.attempts", "3")
                .property("mivaa.worker.retry.transient.base", "200ms")
                .property("mivaa.worker.retry.transient.cap", "2s")
                .property("spring.main.banner-mode", "off")
                .jvmArgument("-Xmx384m")
                .main(SLEEPING, ground.classes());
    }

    Instance property(String name, String value) {
        service.property(name, value);
        return this;
    }

    /** Sleeps so many times longer than its documents say, from the next start on. */
    Instance slow(int times) {
        service.jvmArgument("-D" + Sleeper.SLOWNESS + "=" + times);
        return this;
    }

    /** Has this mistake in it from the next start on. */
    void plant(PlantedBug bug) {
        service.jvmArgument("-D" + PlantedDriver.BUG + "=" + bug)
                .property("spring.datasource.driver-class-name", PlantedDriver.class.getName());
    }

    /** From the next start on, with the real parsers and the real model, or asleep. */
    void real(boolean real) {
        if (real) {
            service.main();
        } else {
            service.main(SLEEPING, ground.classes());
        }
    }

    TcpProxy toPostgres() {
        return toPostgres;
    }

    TcpProxy toRedis() {
        return toRedis;
    }

    URI uri(String path) {
        return service.uri(path);
    }

    long pid() {
        return service.pid();
    }

    boolean isAlive() {
        return service.isAlive();
    }

    String output() {
        return service.output();
    }

    void launch() {
        fencedOfFormerRuns += fenced;
        fenced = 0;
        service.launch();
    }

    /**
     * Starts the process and waits until it is ready. One that gives up because PostgreSQL is away is started again,
     * as an orchestrator would.
     *
     * @return false when it was given up because of {@code giveUp}
     */
    boolean start(BooleanSupplier giveUp) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!giveUp.getAsBoolean()) {
            if (!service.isAlive()) {
                launch();
            }
            if (service.isReady()) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("An instance was not ready within " + START_LIMIT + ":\n" + tail());
            }
            Patience.pause(Duration.ofMillis(100));
        }
        return false;
    }

    boolean isReady() {
        return service.isReady();
    }

    void kill9() {
        service.kill9();
    }

    /** Asks it to end, and waits. */
    int terminate() {
        return service.terminate();
    }

    List<ProcessHandle> processes() {
        return service.isAlive() ? List.of(ProcessHandle.of(service.pid()).orElseThrow()) : List.of();
    }

    /** Looks at the meter of the commits that were fenced off; what came after the last look dies with the process. */
    void lookAtMeters() {
        HttpRequest request = HttpRequest.newBuilder(uri("/actuator/prometheus"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                fenced = fencedIn(answer.body());
            }
        } catch (IOException e) {
            // It is not there, or frozen.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By whatever it was found out. */
    private static double fencedIn(String meters) {
        return meters.lines()
                .filter(line -> line.startsWith("mivaa_commits_fenced_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Commits fenced off in all runs of the process, as far as somebody looked. */
    long fenced() {
        return Math.round(fencedOfFormerRuns + fenced);
    }

    /** The last lines it printed. */
    String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
    }

    @Override
    public void close() {
        service.close();
        toPostgres.close();
        toRedis.close();
    }
}
