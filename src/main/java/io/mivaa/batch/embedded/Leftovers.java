package io.mivaa.batch.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Server processes that an earlier run of the service left behind because it was killed. A process counts only if it runs
 * our executable in our data folder. A recorded process id alone is not enough: the id may belong to another process now.
 *
 * @param executable the server's program
 * @param folder the data folder, which is the working directory of Redis and of all processes of PostgreSQL
 * @param pidFile its first line is the id of the server's main process; may be absent
 */
record Leftovers(Path executable, Path folder, Path pidFile) {

    private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self"));
    private static final Duration FORCED = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 20;

    List<ProcessHandle> find() {
        long recorded = recordedPid();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> isOurs(process, recorded)).toList();
        }
    }

    /**
     * Ends all of them: first with {@code politely}, then by force if they are still running after {@code patience}.
     * Deletes the pid file, because a server refuses to start when another process has the id in that file.
     */
    void end(Runnable politely, Duration patience) throws IOException, InterruptedException {
        if (!find().isEmpty()) {
            politely.run();
            if (!awaitNone(patience)) {
                find().forEach(ProcessHandle::destroyForcibly);
                if (!awaitNone(FORCED)) {
                    throw new EmbeddedServerFailure(
                            "A process of an earlier run in " + folder + " cannot be ended: " + find(),
                            "End the process manually and start the service again.");
                }
            }
        }
        Files.deleteIfExists(pidFile);
    }

    private boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!find().isEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    private long recordedPid() {
        try (Stream<String> lines = Files.lines(pidFile)) {
            return lines.findFirst().map(String::trim).map(Long::parseLong).orElse(-1L);
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    private boolean isOurs(ProcessHandle process, long recorded) {
        return process.info().command().filter(this::isExecutable).isPresent() && worksInFolder(process, recorded);
    }

    /** By name, not by path: the program may have been unpacked again, or deleted while the process runs. */
    private boolean isExecutable(String command) {
        String name = Path.of(command.replace(" (deleted)", "")).getFileName().toString();
        return name.equals(executable.getFileName().toString());
    }

    private boolean worksInFolder(ProcessHandle process, long recorded) {
        if (HAS_PROC) {
            try {
                return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                        .equals(folder);
            } catch (IOException e) {
                return false;
            }
        }
        return process.info()
                .commandLine()
                .map(line -> line.contains(folder.toString()))
                .orElse(process.pid() == recorded);
    }
}
