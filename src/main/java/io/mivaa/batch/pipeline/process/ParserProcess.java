package io.mivaa.batch.pipeline.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** A parser process as the service sees it. Used by one thread at a time. */
final class ParserProcess implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(ParserProcess.class);

    /** How long a process takes to end after its streams have. */
    private static final long END_MILLIS = 500;

    private final Path folder;
    private final Process process;
    private final DataOutputStream out;
    private final BlockingQueue<Frame> frames = new ArrayBlockingQueue<>(16);

    private ParserProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        Thread reader = new Thread(this::read, "parser-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** @throws IOException if the machine does not allow another process */
    static ParserProcess start(ProcessCommand command, Frame setup) throws IOException {
        Path folder = Files.createTempDirectory("mivaa-parser-");
        try {
            ParserProcess started = new ParserProcess(folder, command.start(folder));
            started.send(setup);
            return started;
        } catch (IOException | RuntimeException e) {
            FileSystemUtils.deleteRecursively(folder);
            throw e;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void send(Frame frame) throws IOException {
        frame.write(out);
    }

    /** Waits for the next frame; after the last one, {@link Frame.Type#END}. */
    Frame receive() throws InterruptedException {
        return frames.take();
    }

    /** Reads on a thread of its own, because no interrupt ends a read from a pipe. */
    private void read() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            Frame frame;
            do {
                frame = readFrame(in);
                frames.put(frame);
            } while (frame.type() != Frame.Type.END);
        } catch (IOException | InterruptedException e) {
            // Nobody interrupts this thread, and nothing depends on closing the stream.
        }
    }

    private static Frame readFrame(DataInputStream in) {
        try {
            return Frame.read(in);
        } catch (IOException e) {
            return Frame.end();
        }
    }

    /** The exit code of a process that has closed its stream. One that goes on regardless is killed. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
            kill();
        }
        return process.waitFor();
    }

    /** The last lines that the virtual machine printed, which quote no document; empty if there are none. */
    String lastWords() {
        try {
            byte[] errors = Files.readAllBytes(ProcessCommand.errors(folder));
            int from = Math.max(0, errors.length - 2000);
            return new String(errors, from, errors.length - from, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the process at once, with those that it has started, and removes its files. */
    @Override
    public void close() {
        kill();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            log.warn("The temporary files of a parser process could not be deleted: {}", e.toString());
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
