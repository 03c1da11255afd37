package io.mivaa.batch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A disk of its own over a folder, full or read-only for real. Only who may mount has one; other tests are skipped. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * @param folder what is in it is not seen until this is closed
     * @param size as {@code mount} takes it: 16k, 1m
     */
    public static SmallDisk over(Path folder, String size) {
        return mount(folder, "size=" + size);
    }

    /** There is room, and nothing can be written. */
    public static SmallDisk readOnlyOver(Path folder) {
        return mount(folder, "ro,size=4g");
    }

    private static SmallDisk mount(Path folder, String options) {
        List<String> said = new ArrayList<>();
        int exit = run(said, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
        Assumptions.assumeTrue(exit == 0, () -> "A full disk needs the right to mount one: " + said);
        return new SmallDisk(folder);
    }

    /** What somebody else put there, until nothing more fits. */
    public void fill() {
        try {
            Files.write(folder.resolve("ballast"), new byte[64 << 20]);
        } catch (IOException e) {
            // Full is what it should be.
        }
    }

    /** Though somebody still has a file of it open. */
    @Override
    public void close() {
        List<String> said = new ArrayList<>();
        if (run(said, "umount", "-l", folder.toString()) != 0) {
            throw new IllegalStateException("The disk at " + folder + " stays mounted: " + said);
        }
    }

    private static int run(List<String> said, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            said.add(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            return process.waitFor();
        } catch (IOException e) {
            said.add(e.toString());
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
