package io.mivaa.batch.intake.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.util.FileSystemUtils;

/** Requests when the temporary folder takes nothing. */
class FullDiskTests extends RunningService {

    private static final String BODY = "{\"documents\": [{\"filename\": \"a.txt\", \"text\": \"Oak is hard.\"}]}";

    @Autowired
    private SpoolDirectory directory;

    private Path folder = Path.of("");

    @BeforeEach
    void find() throws IOException {
        Path file = directory.newFile(".test");
        Files.delete(file);
        folder = file.resolveSibling("");
    }

    @Test
    void areRefusedUntilThereIsRoom() {
        try (SmallDisk disk = SmallDisk.over(folder, "64k")) {
            disk.fill();
            isRefused();
        }

        accepted(api.post("/batches", BODY));
    }

    @Test
    void areRefusedWhileItMayOnlyBeRead() {
        try (SmallDisk disk = SmallDisk.readOnlyOver(folder)) {
            assertThat(disk).isNotNull();
            isRefused();
        }

        accepted(api.post("/batches", BODY));
    }

    @Test
    void areAcceptedAgainAfterSomebodyHasDeletedIt() throws IOException {
        FileSystemUtils.deleteRecursively(folder);

        accepted(api.post("/batches", BODY));

        assertThat(folder).isDirectory();
    }

    private void isRefused() {
        Api.Response answer = api.post("/batches", BODY);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.text("/code")).isEqualTo("storage-full");
        assertThat(answer.header("Retry-After")).isNotBlank();
    }
}
