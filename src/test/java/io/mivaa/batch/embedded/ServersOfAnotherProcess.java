package io.mivaa.batch.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process that starts both servers and is then killed or refused. */
final class ServersOfAnotherProcess implements AutoCloseable {

    private final Process process;
    private final String answer;

    private ServersOfAnotherProcess(Process process, String answer) {
        this.process = process;
        this.answer = answer;
    }

    static ServersOfAnotherProcess start(Path directory, Path binaries) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServersOfAnotherProcess.class.getName(),
                        directory.toString(),
                        binaries.toString())
                .redirectErrorStream(false)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line != null && !line.startsWith("answer: ")) {
            line = reader.readLine();
        }
        return new ServersOfAnotherProcess(process, line == null ? "" : line.substring("answer: ".length()));
    }

    /** {@code <pid of PostgreSQL> <pid of Redis>}, or the sentence with which the start failed. */
    String answer() {
        return answer;
    }

    List<ProcessHandle> servers() {
        return List.of(answer.split(" ")).stream()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
    }

    long pid() {
        return process.pid();
    }

    /** With kill -9, so that it cannot stop its servers. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public static void main(String[] args) throws InterruptedException {
        Path directory = Path.of(args[0]);
        Path binaries = Path.of(args[1]);
        try {
            var postgres = EmbeddedPostgresServer.start(directory.resolve("postgres"), binaries, List.of());
            var redis = EmbeddedRedisServer.start(directory.resolve("redis"), binaries, List.of());
            System.out.println("answer: " + postgres.pid() + " " + redis.pid());
            Thread.sleep(Long.MAX_VALUE);
        } catch (EmbeddedServerFailure e) {
            System.out.println("answer: " + e.getMessage());
        }
    }
}
