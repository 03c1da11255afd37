package io.mivaa.batch.pipeline.parse.pdf.ocr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** Runs Tesseract and returns what it prints. */
final class TesseractProcess {

    private TesseractProcess() {}

    /**
     * @throws IOException when the program cannot be started, fails, or does not end within the timeout
     * @throws CancellationException when the thread is interrupted; its interrupt status is set
     */
    static String run(List<String> command, Duration timeout) throws IOException {
        Path output = Files.createTempFile("tesseract", ".out");
        try {
            run(command, output, timeout);
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Writes into a file: a pipe would have to be read while the time is watched. */
    private static void run(List<String> command, Path output, Duration timeout)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("OMP_THREAD_LIMIT", "1");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("Tesseract did not end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("Tesseract ended with exit code " + process.exitValue());
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
