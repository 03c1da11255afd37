package io.mivaa.batch.job.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that has a file in a folder of its own, until it is killed. */
final class SpoolOfAnotherProcess implements AutoCloseable {

    private final Process process;
    private final Path file;

    private SpoolOfAnotherProcess(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    static SpoolOfAnotherProcess start(Path base) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolOfAnotherProcess.class.getName(),
                        base.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line != null && !line.startsWith("file: ")) {
            line = reader.readLine();
        }
        if (line == null) {
            throw new IOException("The other process ended");
        }
        return new SpoolOfAnotherProcess(process, Path.of(line.substring("file: ".length())));
    }

    Path file() {
        return file;
    }

    /** With kill -9, so that it leaves its folder behind. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.println("file: " + new SpoolDirectory(Path.of(args[0])).newFile(".pdf"));
        Thread.sleep(Long.MAX_VALUE);
    }
}
