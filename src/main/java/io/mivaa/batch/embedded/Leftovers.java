package io.mivaa.batch.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes that an earlier service could not stop because it was killed. A process counts only when it runs our
 * executable in our data folder; a recorded process id alone may long belong to something else.
 *
 * @param executable the server's program
 * @param folder its working directory, which both PostgreSQL with all its processes and Redis make their data folder
 * @param pidFile whose first line is the id of the server's main process; may be absent
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
     * Ends them all, first by {@code politely}, then, when they are still there after
     * {@code patience}, by force. The pid file is gone afterwards, since a server that
     * finds its id taken by some other process would refuse to start.
     */
    void end(Runnable politely, Duration patience) throws IOException, InterruptedException {
        if (!find().isEmpty()) {
            politely.run();
            if (!awaitNone(patience)) {
                find().forEach(ProcessHandle::destroyForcibly);
                if (!awaitNone(FORCED)) {
                    throw new EmbeddedServerFailure(
                            "A process that an earlier run left behind in " + folder + " cannot be ended: " + find(),
                            "End it by hand and start the service again.");
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

    /** By name, not by path: the program may have been unpacked anew, or deleted under the running process. */
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
