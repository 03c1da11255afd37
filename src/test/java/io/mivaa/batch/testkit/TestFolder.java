package io.mivaa.batch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/**
 * Folders of servers that live as long as the test JVM. They are in memory if there is room: on a disk, the creation and
 * the deletion of hundreds of test databases take minutes.
 */
final class TestFolder {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM = 4L << 30;

    static final boolean IN_MEMORY = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ROOM;

    static final boolean WITH_CONTAINERS = "testcontainers".equals(System.getProperty("mivaa.test.servers"));

    private TestFolder() {}

    static Path create(String name) {
        try {
            String prefix = "mivaa-test-" + name + "-";
            return IN_MEMORY ? Files.createTempDirectory(MEMORY, prefix) : Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server when the JVM ends, and deletes its folder. */
    static void deleteAtEnd(Path folder, AutoCloseable server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (server) {
                // Stops the server before its folder is deleted.
            } catch (Exception e) {
                System.err.println("A test server did not stop cleanly: " + e);
            }
            try {
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                System.err.println("The folder of a test server was not deleted: " + e);
            }
        }));
    }
}
