package io.mivaa.batch.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How a server's program is called on this machine. */
final class Launcher {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final int UNSHARE_SECONDS = 5;

    private Launcher() {}

    /**
     * In a session of its own: otherwise Ctrl-C in the terminal would reach the servers too and stop them while the
     * service still finishes its work.
     */
    static List<String> detached(List<String> command) {
        if (isOnPath("setsid")) {
            return joined(List.of("setsid"), command);
        }
        if (isOnPath("perl")) {
            return joined(List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV", "--"), command);
        }
        return command;
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is. */
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
    static ProcessBuilder process(List<String> command, Path directory, File log) {
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG"));
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
