package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.testkit.SmallDisk;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** Attempts whose temporary folder takes nothing. */
class FullDiskTests {

    private final Stores stores = new Stores();
    private final Bench bench = new Bench(stores);
    private final JobId job = stores.accept("oak ".repeat(50_000)).queued().get(0);

    @AfterEach
    void clear() {
        bench.close();
    }

    @Test
    void areTriedAgainWhenThereIsRoom() throws IOException {
        try (SmallDisk disk = SmallDisk.over(folder(), "64k")) {
            disk.fill();
            failsForTheDisk();
        }

        succeedsAtItsNextAttempt();
    }

    @Test
    void areTriedAgainWhenItIsWritableAgain() throws IOException {
        try (SmallDisk disk = SmallDisk.readOnlyOver(folder())) {
            assertThat(disk).isNotNull();
            failsForTheDisk();
        }

        succeedsAtItsNextAttempt();
    }

    @Test
    void makeTheFolderAgainThatSomebodyHasDeleted() throws IOException {
        Path folder = folder();
        FileSystemUtils.deleteRecursively(bench.spool);

        bench.run(job);

        assertThat(stores.job(job).state()).as(bench.error(job)).isEqualTo(JobState.SUCCEEDED);
        assertThat(folder).isDirectory().isDirectoryNotContaining("glob:**.document");
    }

    private void failsForTheDisk() {
        bench.run(job);
        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.error(job)).startsWith("RESOURCE disk");
    }

    private void succeedsAtItsNextAttempt() {
        bench.promote();
        bench.run(job);
        assertThat(stores.job(job).state()).as(bench.error(job)).isEqualTo(JobState.SUCCEEDED);
        assertThat(stores.job(job).attempt()).isEqualTo(2);
    }

    /** The only one in the folder of all processes. */
    private Path folder() throws IOException {
        try (Stream<Path> folders = Files.list(bench.spool)) {
            List<Path> all = folders.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
