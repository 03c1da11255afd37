package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command in a JVM of its own, to be interrupted. */
final class CommandProcess implements AutoCloseable {

    private final Path out;
    private final Path err;
    private final Process process;

    /** @param folder where its outputs are kept */
    CommandProcess(Path folder, String... arguments) throws IOException {
        this(folder, Map.of(), arguments);
    }

    /** @param environment besides that of this process */
    CommandProcess(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        out = Files.createTempFile(folder, "out", ".txt");
        err = Files.createTempFile(folder, "err", ".txt");
        var command = new ArrayList<String>();
        if (ignoresInterrupts()) {
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"));
        command.addAll(List.of("-cp", ServiceProcess.classPath(), "io.mivaa.batch.commandline.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment()
                .put("MIVAA_EMBEDDED_BINARIES", RealServers.binaries().toString());
        builder.environment().putAll(environment);
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Whoever starts a build in the background of a script has it ignore Ctrl-C, and everything it starts as well. */
    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    /** As Ctrl-C does it. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int exitCode(int seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("It did not end within " + seconds + " s: " + out() + err());
        }
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(out, UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
