package io.mivaa.batch.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the programs of the servers on this machine. */
final class Launcher {

    /** Whether a server that was started accepts connections. */
    interface Ready {
        boolean test(Process server) throws IOException;
    }

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final int UNSHARE_SECONDS = 5;
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 20;

    private Launcher() {}

    /**
     * Starts a server that outlives Ctrl-C in the terminal, and waits until it is ready, at most two minutes.
     *
     * @param name of the server, for people
     * @throws EmbeddedServerFailure when the server does not become ready; it is killed then
     */
    static Process launch(String name, List<String> command, ServerFolder folder, Ready ready)
            throws IOException, InterruptedException {
        Process server = builder(detached(command), folder).start();
        try {
            awaitReady(name, server, folder, ready);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.destroyForcibly();
            throw e;
        }
    }

    private static void awaitReady(String name, Process server, ServerFolder folder, Ready ready)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!ready.test(server)) {
            if (!server.isAlive()) {
                throw EmbeddedServerFailure.withLog(name + " ended during its start.", folder.logTail());
            }
            if (System.nanoTime() > deadline) {
                throw EmbeddedServerFailure.withLog(
                        name + " was not ready within " + READY_LIMIT.toSeconds() + " seconds.", folder.logTail());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /**
     * Runs one of PostgreSQL's programs to its end, at most for a minute.
     *
     * @return whether it succeeded
     */
    static boolean run(List<String> command, ServerFolder folder) throws IOException, InterruptedException {
        Process process = builder(unprivileged(command), folder).start();
        if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    /**
     * In a session of its own. Otherwise Ctrl-C in the terminal would also reach the servers, and stop them while the
     * service still finishes its work.
     */
    private static List<String> detached(List<String> command) {
        if (isOnPath("setsid")) {
            return joined(List.of("setsid"), command);
        }
        if (isOnPath("perl")) {
            return joined(List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV", "--"), command);
        }
        return command;
    }

    /** PostgreSQL refuses to run as root. In its own user namespace it does not notice that it runs as root. */
    static List<String> unprivileged(List<String> command) throws IOException, InterruptedException {
        if (!ROOT) {
            return command;
        }
        if (!canUnshare()) {
            throw new EmbeddedServerFailure(
                    "PostgreSQL refuses to run as root, and this system does not allow user namespaces to hide it.",
                    "Start the service as another user, or configure a PostgreSQL of your own (spring.datasource.url).");
        }
        return joined(List.of("unshare", "-U"), command);
    }

    private static boolean canUnshare() throws IOException, InterruptedException {
        if (!isOnPath("unshare")) {
            return false;
        }
        Process process = new ProcessBuilder("unshare", "-U", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(UNSHARE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Without the caller's PG… variables, which would change what PostgreSQL's programs do. */
    private static ProcessBuilder builder(List<String> command, ServerFolder folder) {
        var builder = new ProcessBuilder(command)
                .directory(folder.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(File.pathSeparator)).stream()
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static List<String> joined(List<String> prefix, List<String> command) {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return List.copyOf(whole);
    }
}
