package io.mivaa.batch.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** Signals to processes that this one started, with all their children. */
final class Signals {

    private Signals() {}

    /** The process and everything below it. */
    static List<ProcessHandle> family(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
    }

    static void freeze(List<ProcessHandle> processes) {
        send("STOP", processes);
    }

    static void thaw(List<ProcessHandle> processes) {
        send("CONT", processes);
    }

    static void kill9(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    /** Lets virtual machines print what each of their threads is at. */
    static void dumpThreads(List<ProcessHandle> processes) {
        send("QUIT", processes);
    }

    /** A process that has gone meanwhile is no failure. */
    private static void send(String signal, List<ProcessHandle> processes) {
        for (ProcessHandle process : processes) {
            try {
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
