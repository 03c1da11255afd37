package io.mivaa.batch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** Folders of servers that live as long as the test JVM. */
final class TestFolder {

    static final boolean WITH_CONTAINERS = "testcontainers".equals(System.getProperty("mivaa.test.servers"));

    private TestFolder() {}

    static Path create(String name) {
        try {
            return Files.createTempDirectory("mivaa-test-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server when the JVM ends, and deletes its folder. */
    static void deleteAtEnd(Path folder, AutoCloseable server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (server) {
                // The order is what matters: stop, then delete.
            } catch (Exception e) {
                System.err.println("A test server did not stop cleanly: " + e);
            }
            try {
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                System.err.println("The folder of a test server stays: " + e);
            }
        }));
    }
}
