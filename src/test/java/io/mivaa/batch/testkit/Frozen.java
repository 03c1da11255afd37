package io.mivaa.batch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process and all its children, stopped until this is closed, with whatever connections and locks they have. */
public final class Frozen implements AutoCloseable {

    private final List<String> processes;

    private Frozen(List<String> processes) {
        this.processes = processes;
    }

    /** The parent first, so that it makes no further children meanwhile. */
    public static Frozen withChildren(long pid) {
        ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
        signal("STOP", List.of(Long.toString(pid)));
        List<String> all = Stream.concat(Stream.of(parent), parent.descendants())
                .map(process -> Long.toString(process.pid()))
                .toList();
        signal("STOP", all);
        return new Frozen(all);
    }

    @Override
    public void close() {
        signal("CONT", processes);
    }

    /** A child that has ended meanwhile is no failure. */
    private static void signal(String name, List<String> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        command.addAll(processes);
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
