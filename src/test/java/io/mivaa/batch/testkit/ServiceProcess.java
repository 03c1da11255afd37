package io.mivaa.batch.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real application in a JVM of its own, to be killed and started again. It keeps its port. Not thread-safe.
 * <pre>{@code
 * try (var service = ServiceProcess.on(RealServers.emptyDatabase(), RealServers.redisUri())) {
 *     service.start();
 *     service.kill9();
 *     service.start();
 * }
 * }</pre>
 */
public final class ServiceProcess implements AutoCloseable {

    private static final String MAIN_CLASS = "io.mivaa.batch.MivaaBatchApplication";
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 50;
    private static final int LINES_TOLD = 60;

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> jvmArguments = new ArrayList<>(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();
    private final Path output;
    private final int port;
    private String mainClass = MAIN_CLASS;
    private @Nullable Path furtherClasses;
    private @Nullable Process process;

    private ServiceProcess() {
        try (var socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
            this.output = Files.createTempFile("mivaa-service-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        property("server.port", Integer.toString(port));
        property("server.address", "127.0.0.1");
    }

    /** A service that has not been told of any server, and so starts its own, unless properties tell otherwise. */
    public static ServiceProcess withoutServers() {
        return new ServiceProcess();
    }

    public static ServiceProcess on(RealServers.Database database, String redisUri) {
        return withoutServers()
                .property("spring.datasource.url", database.jdbcUrl())
                .property("spring.datasource.username", database.username())
                .property("spring.datasource.password", database.password())
                .property("spring.data.redis.url", redisUri);
    }

    public ServiceProcess property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    public ServiceProcess environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Later ones win, for example {@code -Xmx1g}. */
    public ServiceProcess jvmArgument(String argument) {
        jvmArguments.add(argument);
        return this;
    }

    /**
     * Another class to start, which starts the application in its turn; counts from the next start on.
     *
     * @param classes a folder that holds it and whatever it needs besides the application
     */
    public ServiceProcess main(String className, Path classes) {
        mainClass = className;
        furtherClasses = classes;
        return this;
    }

    /** The application itself again, from the next start on. */
    public ServiceProcess main() {
        mainClass = MAIN_CLASS;
        furtherClasses = null;
        return this;
    }

    /** Starts the process, again if need be, and returns when it says that it is ready. */
    public ServiceProcess start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts the process and does not wait. */
    public void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("still running: " + process.pid());
        }
        try {
            var builder = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
            Process started = process;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until {@code /actuator/health/readiness} is UP. */
    public void awaitReady() {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady()) {
            if (!running().isAlive()) {
                throw new AssertionError(
                        "The service ended with exit code " + running().exitValue() + ":\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The service was not ready within " + READY_LIMIT + ":\n" + tail());
            }
            pause();
        }
    }

    public boolean isReady() {
        var request = HttpRequest.newBuilder(uri("/actuator/health/readiness"))
                .timeout(ANSWER_LIMIT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return running().pid();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** @param path with its leading slash */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** As the kernel's out-of-memory killer would; returns when the process is gone. */
    public void kill9() {
        running().destroyForcibly();
        awaitEnd();
    }

    /** Asks it to end, as an orchestrator would, and returns its exit code. */
    public int terminate() {
        running().destroy();
        awaitEnd();
        return running().exitValue();
    }

    /** Freezes the process with all its connections, like a long garbage collection. */
    public void sigstop() {
        signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void sigcont() {
        signal("CONT");
    }

    /** Everything that it has printed, of all its runs. */
    public String output() {
        try {
            return Files.readString(output, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        if (isAlive()) {
            kill9();
        }
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        String further = furtherClasses == null ? "" : File.pathSeparator + furtherClasses;
        command.addAll(List.of("-cp", classPath() + further, mainClass));
        properties.forEach((name, value) -> command.add("--" + name + "=" + value));
        return command;
    }

    /** Without the test classes, whose components are none of the application's. */
    public static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .reduce((left, right) -> left + File.pathSeparator + right)
                .orElseThrow();
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!running().waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The service did not end within " + STOP_LIMIT + ":\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
