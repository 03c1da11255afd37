package io.mivaa.batch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTests {

    private static final int STARTS = 6;

    @Test
    void unpacksForSeveralProcessesThatStartAtTheSameTime(@TempDir Path directory) throws Exception {
        ExecutorService processes = Executors.newFixedThreadPool(STARTS);
        CyclicBarrier start = new CyclicBarrier(STARTS);
        List<Future<Path>> programs = new ArrayList<>();
        try {
            for (int i = 0; i < STARTS; i++) {
                programs.add(processes.submit(() -> {
                    start.await();
                    return new Binaries(directory).redis();
                }));
            }
            for (Future<Path> program : programs) {
                assertThat(program.get()).isExecutable();
            }
        } finally {
            processes.shutdownNow();
        }

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }
}
